import { describe, expect, test } from 'vitest'
import { GatewayError } from './gateway-error.ts'
import { createGuard, type GuardOptions } from './guard.ts'

const local: GuardOptions = { host: '127.0.0.1', allowedHosts: [], corsOrigins: [] }
const ask =
  (options: GuardOptions, headers: Record<string, string>, { method = 'POST', isPublic = false } = {}) =>
  () =>
    createGuard(options)({ method, isPublic, hosts: 1, headers: { host: 'localhost:8787', ...headers } })

describe('the guard', () => {
  test.each(['localhost', 'localhost:8787', '127.0.0.1:9', '[::1]:8787', 'LOCALHOST', 'localhost.'])(
    'serves this machine by the name %s',
    host => expect(ask(local, { host })).not.toThrow(),
  )

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    'localhost@evil.example',
    '192.168.1.5',
    '',
    'a b',
    '127.0.0.1:8787:1',
  ])('refuses the host "%s"', host => expect(ask(local, { host })).toThrow(GatewayError))

  test('refuses two hosts, whichever comes first', () => {
    const headers = { host: 'localhost' }
    expect(() => createGuard(local)({ method: 'GET', isPublic: true, hosts: 2, headers })).toThrow(
      'Cannot serve 2 hosts at once: send one Host header',
    )
  })

  test('serves the host of its public URL, allowed hosts, and addresses where it listens beyond loopback', () => {
    const open = {
      ...local,
      host: '0.0.0.0',
      publicUrl: 'https://seal.example.com',
      allowedHosts: ['gw.internal'],
    }
    for (const host of ['seal.example.com', 'gw.internal:80', '10.0.0.7', '[fd00::1]:8787']) {
      expect(ask(open, { host })).not.toThrow()
    }
    expect(ask(open, { host: 'other.example.com' })).toThrow(/"other.example.com"/)
  })

  test.each(['http://localhost:8787', 'http://LOCALHOST:8787'.toLowerCase()])(
    'takes its own origin %s',
    origin => expect(ask(local, { origin, 'sec-fetch-site': 'same-origin' })).not.toThrow(),
  )

  test.each(['https://evil.example', 'http://localhost:3000', 'null', 'http://localhost', 'file://'])(
    'refuses the origin %s',
    origin => expect(ask(local, { origin })).toThrow(/STREAMSEAL_CORS_ORIGINS/),
  )

  test('takes origins that are configured, and those only', () => {
    const cors = { ...local, corsOrigins: ['https://app.example.com'] }
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect(ask(cors, { ...headers, origin: 'https://app.example.com' })).not.toThrow()
    expect(ask(cors, { ...headers, origin: 'https://app.example.com.evil.example' })).toThrow()
  })

  test.each(['cross-site', 'same-site'])('refuses what another %s page embeds or links to', site => {
    expect(ask(local, { 'sec-fetch-site': site }, { method: 'GET' })).toThrow(GatewayError)
    expect(ask(local, { 'sec-fetch-site': site }, { method: 'GET', isPublic: true })).not.toThrow()
    expect(ask(local, { 'sec-fetch-site': site }, { method: 'POST', isPublic: true })).toThrow(GatewayError)
  })

  test("lets another issuer's verify page read the public keys, and do nothing else", () => {
    const origin = 'https://verifier.example'
    expect(ask(local, { origin }, { method: 'GET', isPublic: true })).not.toThrow()
    expect(ask(local, { origin }, { method: 'GET' })).toThrow(GatewayError)
    expect(ask(local, { origin }, { method: 'POST', isPublic: true })).toThrow(GatewayError)
  })

  test('falls back on the referrer where a browser sends no fetch metadata', () => {
    expect(ask(local, { referer: 'https://evil.example/page' }, { method: 'GET' })).toThrow(GatewayError)
    expect(ask(local, { referer: 'http://localhost:8787/' }, { method: 'GET' })).not.toThrow()
  })

  test('lets programs pass, which send none of these headers', () => {
    expect(ask(local, {})).not.toThrow()
  })
})
