/** What `unsealed` holds lies outside of every stretch, whatever was put into one. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSigner, generateKeys, seal, trustList, verify } from './index.ts'

const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk)
const trust = trustList(publicJwk)
const sentence = (i: number) => `This is sentence number ${i}, and it is long enough to hold a few words. `
const plain = Array.from({ length: 24 }, (_, i) => sentence(i))
  .join('')
  .trim()
const full = await seal(plain, { signer, claims: { model: 'demo' } })
const light = await seal(plain, { signer, claims: { model: 'demo' }, profile: 'light' })

test.each([
  ['full', full],
  ['light', light],
])('S2 inserted words are part of the altered segment, never unsealed: %s', async (_, sealed) => {
  await fc.assert(
    fc.asyncProperty(fc.nat(23), fc.integer({ min: 1, max: 400 }), async (number, times) => {
      const words = `number ${number}, ${'and these words '.repeat(times)}`
      const { status, unsealed } = await verify(sealed.text.replace(`number ${number},`, words), {
        trust,
        ...(sealed.detached !== undefined && { detached: sealed.detached }),
      })
      expect({ status, unsealed }).toEqual({ status: 'altered', unsealed: [] })
    }),
    { numRuns: 40 },
  )
})

test('S4 an altered beginning behind another sealed text reaches back to its last mark', async () => {
  const other = await seal(plain, { signer, claims: { model: 'other' } })
  const changed = light.text.replace('number 0,', `number 0, ${'and these words '.repeat(100)}`)
  const report = await verify(`${other.text} ${changed}`, { trust })
  expect(report.seals.map(({ content }) => content)).toEqual(['intact', 'altered'])
  expect(report.unsealed).toEqual([])
  expect(report.seals[1]?.segments[0]?.start).toBeGreaterThanOrEqual(plain.length - 1)
})
