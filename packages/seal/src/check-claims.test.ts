/** Claims that cannot be sealed are refused before anything is. */
import { expect, test } from 'vitest'
import { privateJwk } from '../testing/keys.ts'
import { type Claims, createSealer, createSigner, seal } from './index.ts'

const signer = await createSigner(privateJwk)
const streamId = '0123456789abcdef'

test.each([
  ['a key id that is a number', [{ streamId, keyId: 5 }]],
  ['a key id that is null', [{ streamId, keyId: null }]],
  ['a stream id that is a number', [{ streamId: 5 }]],
  ['nothing', [null]],
  ['no list', { streamId }],
  ['null', null],
])('ingredients that hold %s are INVALID_CLAIMS', async (_, ingredients) => {
  const claims = { model: 'demo', ingredients } as unknown as Claims
  expect(() => createSealer({ signer, claims })).toThrow(expect.objectContaining({ code: 'INVALID_CLAIMS' }))
  await expect(seal('A text.', { signer, claims })).rejects.toMatchObject({ code: 'INVALID_CLAIMS' })
})
