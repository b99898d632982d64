/** Published key sets, from real servers on this machine. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { publicJwk, secretJwk, signer } from '../testing/keys.ts'
import { generateKeys, remoteTrust, type SealError, seal, verify } from './index.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
}

/** A server of a key set that can be changed, and a count of its requests. */
async function publish(keys: object[]) {
  const published = { keys, requests: 0, url: '' }
  published.url = await serve((_, response) => {
    published.requests++
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published.keys }))
  })
  return published
}

const sealed = await seal('One short sentence.', { signer, claims: { model: 'demo' } })

test('S10 a published key verifies, and the set is fetched once while it is fresh', async () => {
  const published = await publish([publicJwk])
  const trust = remoteTrust(published.url)
  const reports = await Promise.all([1, 2, 3].map(() => verify(sealed.text, { trust })))
  expect(reports.map(({ status }) => status)).toEqual(['intact', 'intact', 'intact'])
  expect((await verify(sealed.text, { trust })).status).toBe('intact')
  expect(published.requests).toBe(1)
})

test('S10 rotation: a key that is not in the set is asked for again, but not at once', async () => {
  let nowMs = 0
  const { publicJwk: older } = await generateKeys('Ed25519')
  const published = await publish([older])
  const trust = remoteTrust(published.url, { now: () => nowMs })
  expect((await verify(sealed.text, { trust })).status).toBe('unknown-signer')
  published.keys = [older, publicJwk]
  expect((await verify(sealed.text, { trust })).status).toBe('unknown-signer')
  nowMs = 31_000
  expect((await verify(sealed.text, { trust })).status).toBe('intact')
  expect(published.requests).toBe(2)
})

test('S10 revocation is seen when the set is fetched again', async () => {
  let nowMs = 0
  const published = await publish([publicJwk])
  const trust = remoteTrust(published.url, { now: () => nowMs, cacheMs: 60_000 })
  expect((await verify(sealed.text, { trust })).status).toBe('intact')
  published.keys = [{ ...publicJwk, revoked: true }]
  nowMs = 60_000
  expect((await verify(sealed.text, { trust })).seals[0]?.signer).toBe('revoked')
})

test('S10 an issuer that cannot be reached is trusted a while longer, and then no more', async () => {
  let nowMs = 0
  const published = await publish([publicJwk])
  const errors: SealError[] = []
  const trust = remoteTrust(published.url, {
    now: () => nowMs,
    cacheMs: 60_000,
    maxStaleMs: 60_000,
    onError: error => errors.push(error),
  })
  expect((await verify(sealed.text, { trust })).status).toBe('intact')
  for (const close of closers.splice(0)) close()
  nowMs = 100_000
  expect((await verify(sealed.text, { trust })).status).toBe('intact')
  nowMs = 200_000
  expect((await verify(sealed.text, { trust })).status).toBe('unknown-signer')
  expect(errors.map(({ code }) => code)).toEqual(['KEYS_UNAVAILABLE', 'KEYS_UNAVAILABLE'])
})

test.each<[string, RequestListener, string]>([
  [
    'a shared secret',
    (_, response) => response.end(JSON.stringify({ keys: [publicJwk, secretJwk] })),
    'SHARED_SECRET_REFUSED',
  ],
  ['no JSON', (_, response) => response.end('<html>'), 'KEYS_UNAVAILABLE'],
  ['no keys', (_, response) => response.end('{}'), 'KEYS_UNAVAILABLE'],
  ['an error', (_, response) => response.writeHead(500).end(), 'KEYS_UNAVAILABLE'],
  [
    'a redirect',
    (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'KEYS_UNAVAILABLE',
  ],
  [
    'too much',
    (_, response) => response.end(`{"keys": [], "x": "${'x'.repeat(300_000)}"}`),
    'KEYS_UNAVAILABLE',
  ],
  ['nothing, for ever', () => undefined, 'KEYS_UNAVAILABLE'],
])('S10 S11 a server that answers with %s gives no keys, and says so', async (_, listener, code) => {
  const errors: SealError[] = []
  const trust = remoteTrust(await serve(listener), { timeoutMs: 300, onError: error => errors.push(error) })
  expect((await verify(sealed.text, { trust })).status).toBe('unknown-signer')
  expect(errors.map(error => error.code)).toEqual([code])
})

test.each([
  'http://issuer.example/jwks.json',
  'file:///etc/passwd',
  'ftp://127.0.0.1/',
  'http://127.0.0.1.evil.example/',
  'no address',
])('S10 keys are not fetched from %s', url => {
  expect(() => remoteTrust(url)).toThrow(TypeError)
})

/** Answers of a `fetch` that keeps to no rule. */
const lawless: [name: string, fetch: typeof globalThis.fetch][] = [
  ['never settles', () => new Promise(() => undefined)],
  [
    'throws before it promises',
    () => {
      throw new Error('no network')
    },
  ],
  [
    'gives a body that never ends',
    async () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) })),
  ],
  [
    'gives a body that trickles for ever',
    async () =>
      new Response(
        new ReadableStream({
          pull: async controller => {
            await new Promise(resolve => setTimeout(resolve, 5))
            controller.enqueue(new Uint8Array(1))
          },
        }),
      ),
  ],
  [
    'gives a body that cannot be cancelled',
    async () =>
      new Response(
        new ReadableStream({
          pull: () => new Promise(() => undefined),
          cancel: () => Promise.reject(new Error('no')),
        }),
      ),
  ],
  ['gives nothing', async () => undefined as unknown as Response],
]

test.each(lawless)(
  'S10 S11 a fetch that %s delays a report no longer than its time, and is told of',
  async (_, fetch) => {
    const errors: SealError[] = []
    const trust = remoteTrust('https://issuer.example/jwks.json', {
      fetch,
      timeoutMs: 60,
      onError: error => errors.push(error),
    })
    const report = await verify(sealed.text, { trust })
    expect(report).toMatchObject({ status: 'unknown-signer' })
    expect(errors.map(({ code }) => code)).toEqual(['KEYS_UNAVAILABLE'])
  },
)

test.each<[string, () => void]>([
  [
    'throws',
    () => {
      throw new Error('the log is full')
    },
  ],
  ['rejects', () => Promise.reject(new Error('the log is away')) as unknown as undefined],
])('S11 a listener that %s rejects nothing', async (_, onError) => {
  const trust = remoteTrust('https://issuer.example/jwks.json', {
    fetch: lawless[1]?.[1] as typeof fetch,
    onError,
  })
  await expect(verify(sealed.text, { trust })).resolves.toMatchObject({ status: 'unknown-signer' })
})

test('S11 a text with a thousand unknown seals makes one request', async () => {
  const published = await publish([publicJwk])
  const trust = remoteTrust(published.url, { cooldownMs: 60_000 })
  const others = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const keyId = `${Buffer.from([i, 1, 1]).toString('base64url')}${signer.keyId.slice(4)}`
      return (await seal('A sentence.', { signer: { ...signer, keyId }, claims: { model: 'demo' } })).text
    }),
  )
  const text = [sealed.text, ...Array.from({ length: 25 }, () => others).flat()].join(' ')
  const { seals } = await verify(text, { trust })
  expect(seals[0]).toMatchObject({ signer: 'trusted' })
  expect(published.requests).toBe(1)
})

test.each([{ timeoutMs: -1 }, { cacheMs: Number.NaN }, { maxBytes: -5 }])('%j is refused', options => {
  expect(() => remoteTrust('https://issuer.example/', options)).toThrow(RangeError)
})
