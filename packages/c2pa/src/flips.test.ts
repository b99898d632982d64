/** Every altered byte of a signed text is noticed: of its words, of its wrapper, of every box of its manifest. */
import { expect, test } from 'vitest'
import { concatBytes, utf8 } from './bytes.ts'
import { signText } from './sign-text.ts'
import { testSigner } from './test/signers.ts'
import { verifyText } from './verify-text.ts'
import { encodeWrapper } from './wrapper.ts'

const words = 'Pay 100 €.'

test('a flipped bit in any byte of a manifest is noticed', async () => {
  const { signer, trust } = await testSigner()
  const { manifest } = await signText(words, {
    signer,
    claims: { model: 'demo' },
    streamId: '0123456789abcdef',
  })
  const unnoticed: string[] = []
  for (const at of manifest.keys()) {
    const altered = manifest.slice()
    // Which bit goes with the byte's place; `tools/proofs/c2pa-flips.mjs` tries all eight.
    altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8))
    const { state } = await verifyText(words + encodeWrapper(altered), { trust })
    if (state !== 'invalid') unnoticed.push(`byte ${at}: ${state}`)
  }
  expect(unnoticed).toEqual([])
}, 120_000)

test('a flipped bit in any byte of the words is noticed', async () => {
  const { signer, trust } = await testSigner()
  const { text } = await signText(words, { signer, claims: {} })
  const wrapper = utf8(text.slice(words.length))
  const bytes = utf8(words)
  for (const at of bytes.keys()) {
    for (let bit = 0; bit < 8; bit++) {
      const altered = bytes.slice()
      altered[at] = (altered[at] ?? 0) ^ (1 << bit)
      const { state } = await verifyText(new TextDecoder().decode(concatBytes(altered, wrapper)), { trust })
      expect({ at, bit, state }).toEqual({ at, bit, state: 'invalid' })
    }
  }
}, 60_000)

test('every flipped bit of every byte of the wrapper is noticed, and so is every byte left out', async () => {
  const { signer, trust } = await testSigner()
  const { text } = await signText(words, { signer, claims: {} })
  const bytes = utf8(text)
  const start = utf8(words).length
  const state = async (altered: Uint8Array): Promise<string> =>
    (await verifyText(new TextDecoder().decode(altered), { trust })).state
  // The marker and the header byte by byte, then a sample: the bytes of the manifest itself are all tried above.
  for (let at = start; at < bytes.length; at += at < start + 60 ? 1 : 31) {
    for (const bit of [0x01, 0x04, 0x20]) {
      const altered = bytes.slice()
      altered[at] = (altered[at] ?? 0) ^ bit
      expect({ at, bit, state: await state(altered) }).not.toMatchObject({
        state: expect.stringMatching(/^(trusted|valid)$/),
      })
    }
    const without = concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1))
    expect({ at, state: await state(without) }).not.toMatchObject({
      state: expect.stringMatching(/^(trusted|valid)$/),
    })
  }
}, 120_000)
