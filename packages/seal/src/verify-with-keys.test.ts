/** Verification at once says what verification with waiting says. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyText } from '../testing/texts.ts'
import { createSigner, generateKeys, seal, trustList, verify } from './index.ts'
import { verifyWithKeys } from './verify-with-keys.ts'

const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk)
const trust = trustList(publicJwk)
const keys = await trust.find('')
const now = Date.now()

const prose = Array.from(
  { length: 30 },
  (_, i) => `This is sentence ${i}, and it **holds** a few [words](x).`,
)
const sealed = await seal(prose.join(' '), { signer, claims: { model: 'demo' } })
const findKeys = (prefix: string) => keys.filter(({ keyId }) => keyId.startsWith(prefix))

test('S11 the report is the same with and without waiting, whatever became of the text', async () => {
  const place = fc.nat(sealed.text.length)
  await fc.assert(
    fc.asyncProperty(place, place, anyText, async (one, other, added) => {
      const text =
        sealed.text.slice(0, Math.min(one, other)) + added + sealed.text.slice(Math.max(one, other))
      expect(verifyWithKeys(text, findKeys, { now })).toEqual(await verify(text, { trust, now }))
    }),
    { numRuns: 60 },
  )
  const { text, ...beside } = sealed
  expect(verifyWithKeys(text, findKeys, { now, ...beside }).status).toBe('intact')
})
