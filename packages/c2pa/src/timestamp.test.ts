import { afterAll, expect, test } from 'vitest'
import { createC2paSigner } from './c2pa-signer.ts'
import { createDevelopmentChain } from './development-chain.ts'
import { type HttpTimestampOptions, httpTimestampAuthority } from './http-timestamp-authority.ts'
import { signStructuredText, signText } from './sign-text.ts'
import { type Fault, startTimestampServer, type TimestampServer } from './test/timestamp-server.ts'
import { type TrustList, trustAnchors } from './trust-list.ts'
import { verifyText } from './verify-text.ts'

const DAY_MS = 86_400_000
const servers: TimestampServer[] = []
afterAll(() => Promise.all(servers.map(server => server.close())))

async function authority(options: { fault?: Fault; time?: Date } = {}): Promise<TimestampServer> {
  const server = await startTimestampServer(options)
  servers.push(server)
  return server
}

async function stamped(
  server: TimestampServer,
  options: HttpTimestampOptions = {},
): Promise<{ text: string; trust: TrustList; stranger: TrustList }> {
  const { privateKey, chain, root } = await createDevelopmentChain({ days: 2 })
  const timestamp = httpTimestampAuthority(server.url, { maxTokenBytes: 3000, ...options })
  const signer = await createC2paSigner({ privateKey, chain, timestamp, allowDevelopment: true })
  const { text } = await signText('The cat sat on the mat.', { signer, claims: { model: 'demo' } })
  return {
    text,
    trust: trustAnchors(root, { timestampAnchors: server.root, allowDevelopment: true }),
    stranger: trustAnchors(root, { allowDevelopment: true }),
  }
}

test('a trusted time-stamp keeps a text trusted after its certificates have expired', async () => {
  const { text, trust, stranger } = await stamped(await authority())
  const later = Date.now() + 10 * DAY_MS
  const report = await verifyText(text, { trust, now: later })
  expect(report.failure).toEqual([])
  expect(report.state).toBe('trusted')
  expect(report.signer?.timestamp?.trusted).toBe(true)
  expect(report.success.map(each => each.code)).toEqual(
    expect.arrayContaining(['timeStamp.validated', 'timeStamp.trusted']),
  )
  const untrusted = await verifyText(text, { trust: stranger, now: later })
  expect(untrusted.failure.map(each => each.code)).toEqual([
    'claimSignature.outsideValidity',
    'signingCredential.expired',
  ])
  expect(untrusted.informational.map(each => each.code)).toEqual(['timeStamp.untrusted'])
})

test('structured text and pages carry time-stamps too', async () => {
  const server = await authority()
  const { privateKey, chain, root } = await createDevelopmentChain()
  const trust = trustAnchors(root, { timestampAnchors: server.root, allowDevelopment: true })
  for (let maxTokenBytes = 1800; maxTokenBytes < 1812; maxTokenBytes++) {
    const timestamp = httpTimestampAuthority(server.url, { maxTokenBytes })
    const signer = await createC2paSigner({ privateKey, chain, timestamp, allowDevelopment: true })
    const { text } = await signStructuredText('x', { signer, claims: {}, comment: '//' })
    const report = await verifyText(text, { trust, carrier: 'structured' })
    expect(report).toMatchObject({ state: 'trusted', failure: [], signer: { timestamp: { trusted: true } } })
  }
})

test('a time-stamp from before the certificates does not help', async () => {
  const early = new Date(Date.now() - 30 * 60_000)
  const { text, trust } = await stamped(await authority({ time: early }))
  expect((await verifyText(text, { trust })).state).toBe('trusted')
  const tooEarly = new Date(Date.now() - 20 * DAY_MS)
  const other = await stamped(await authority({ time: tooEarly }))
  const report = await verifyText(other.text, { trust: other.trust, now: Date.now() + 10 * DAY_MS })
  expect(report.informational.map(each => each.code)).toEqual(['timeStamp.outsideValidity'])
  expect(report.state).toBe('invalid')
})

test('an authority whose certificate is for something else is not trusted', async () => {
  const { text, trust } = await stamped(await authority({ fault: 'not-for-timestamps' }))
  const report = await verifyText(text, { trust })
  expect(report.informational.map(each => each.code)).toEqual(['timeStamp.untrusted'])
  expect(report.signer?.timestamp?.trusted).toBe(false)
})

test.each(['other-imprint', 'other-nonce', 'refuses', 'bad-signature', 'huge', 'silent'] as const)(
  'signing fails when the authority does wrong: %s',
  async fault => {
    const failing = stamped(await authority({ fault }), { timeoutMs: 300 })
    await expect(failing).rejects.toMatchObject({ name: 'C2paError', code: 'TIMESTAMP_FAILED' })
  },
)

test('a token for which no room was kept is refused', async () => {
  const failing = stamped(await authority(), { maxTokenBytes: 100 })
  await expect(failing).rejects.toMatchObject({ code: 'TIMESTAMP_FAILED' })
})
