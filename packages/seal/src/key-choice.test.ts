/** Which of several keys under one hint signed a seal, and what it costs to know. */
import { expect, test } from 'vitest'
import { otherSigner, publicJwk, secretJwk, signer, trust } from '../testing/keys.ts'
import { prose } from '../testing/texts.ts'
import { createSealer, type Jwk, seal, type Trust, type TrustedKey, trustList, verify } from './index.ts'

const options = { signer, claims: { model: 'demo' }, segmentChars: 200 }
const [ours] = (await trust.find('')) as [TrustedKey]
const others = await Promise.all(
  [1, 2, 3, 4].map(async seed => {
    const jwk: Jwk = { kty: 'oct', k: Buffer.alloc(32, seed).toString('base64url') }
    return (await trustList(jwk).find(''))[0] as TrustedKey
  }),
)
/** Keys that cannot verify anything of ours, as if their ids began like ours. */
const strangers = others.map(({ secret }, i): TrustedKey => {
  const { publicKey, ...rest } = ours
  return {
    ...rest,
    keyId: `${ours.keyId.slice(0, 8)}${i}`,
    ...(publicKey && secret && { publicKey: secret }),
  }
})

test('S10 S11 three wrong keys under one hint cost three checks: every segment of a long stream is still settled', async () => {
  const sealer = createSealer({ ...options, segmentChars: 60 })
  const sent = sealer.feed(prose(130))
  const find: Trust = { find: async () => [...strangers.slice(0, 3), ours] }
  const { seals, status } = await verify(sent, { trust: find })
  const segments = seals[0]?.segments ?? []
  expect(segments.length).toBeGreaterThan(30)
  expect(segments.length).toBeLessThanOrEqual(61)
  expect(seals[0]).toMatchObject({ signature: 'valid', signer: 'trusted', keyId: ours.keyId })
  expect(segments.every(segment => segment.status === 'intact')).toBe(true)
  expect(status).toBe('truncated')
})

test('S10 S11 more than four keys under one hint are not tried', async () => {
  const { text } = await seal('One short sentence.', options)
  const find: Trust = { find: async () => [...strangers, ours] }
  expect((await verify(text, { trust: find })).seals[0]).toMatchObject({ signature: 'invalid' })
})

test('S10 a trust that gives keys it was not asked for changes nothing', async () => {
  const { text } = await seal('One short sentence.', { ...options, signer: otherSigner })
  const everything: Trust = { find: async () => [...others, ours] }
  const report = await verify(text, { trust: everything })
  expect(report).toMatchObject({ status: 'unknown-signer' })
  expect(report.seals[0]).toMatchObject({ signature: 'unchecked', signer: 'unknown' })
})

test('S11 a trust is asked once for each hint, and for at most 256 of a text', async () => {
  const { text } = await seal('One short sentence.', options)
  const asked: string[] = []
  const count: Trust = {
    find: async prefix => {
      asked.push(prefix)
      return []
    },
  }
  const again = await seal('Another short sentence.', options)
  await verify(`${text} ${again.text}`, { trust: count })
  expect(asked).toEqual([ours.keyId.slice(0, 8)])
  const many = await Promise.all(
    Array.from({ length: 300 }, async (_, i) => {
      const keyId = `${Buffer.from([i >> 8, i, 1]).toString('base64url')}${ours.keyId.slice(4)}`
      return (await seal('A short sentence.', { ...options, signer: { ...signer, keyId } })).text
    }),
  )
  asked.length = 0
  await verify(many.join(' '), { trust: count })
  expect(asked).toHaveLength(256)
})

test.each([
  [[{}, { revoked: true }], 'revoked'],
  [[{ revoked: true }, {}], 'revoked'],
  [[{ exp: 5 }, { exp: 50 }], 'expired'],
  [[{ nbf: 50 }, {}], 'unknown'],
  [[{}, {}], 'trusted'],
] as const)(
  'S10 a key that is given twice, as %j, is %s: whoever trusts it less is believed',
  async (members, expected) => {
    const { text } = await seal('One short sentence.', options)
    const keys = members.map(each => ({ ...publicJwk, ...each }))
    const report = await verify(text, { trust: trustList([...keys, secretJwk]), now: 20_000 })
    expect(report.seals[0]?.signer).toBe(expected)
  },
)
