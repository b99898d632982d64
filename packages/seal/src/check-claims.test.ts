/** Claims that cannot be sealed are refused before anything is. */
import { expect, test } from 'vitest'
import { privateJwk, trust } from '../testing/keys.ts'
import { prose } from '../testing/texts.ts'
import { type Claims, createSealer, createSigner, seal, verify } from './index.ts'

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

test('models that do not fit are INVALID_CLAIMS before anything is closed, and the seal can still be finished', async () => {
  const sealer = createSealer({ signer, claims: { model: 'demo' } })
  const sent = sealer.feed(prose(20))
  const models = Array.from({ length: 120 }, (_, i) => `a model with a rather long name, number ${i}`)
  await expect(sealer.finish('complete', { models })).rejects.toMatchObject({ code: 'INVALID_CLAIMS' })
  const { text } = await sealer.finish()
  expect((await verify(sent + text, { trust })).status).toBe('intact')
})

test.each(['full', 'light'] as const)(
  'the longest models fit beside the longest claims (%s)',
  async profile => {
    const claims = { model: 'demo', custom: { note: 'x'.repeat(1980) } }
    const sealer = createSealer({ signer, claims, profile })
    const sent = sealer.feed('One short sentence.')
    const models = ['m'.repeat(1010)]
    const { text } = await sealer.finish('complete', { models })
    expect((await verify(sent + text, { trust })).seals[0]?.claims).toMatchObject({
      ...claims,
      model: models,
    })
  },
)

test('claims that the caller changes after the start are sealed as they were', async () => {
  const claims = { model: 'demo', custom: { note: 'short' } }
  const sealer = createSealer({ signer, claims, segmentChars: 60 })
  claims.custom.note = 'x'.repeat(8000)
  const sent = sealer.feed(prose(20))
  const { text } = await sealer.finish()
  expect((await verify(sent + text, { trust })).seals[0]?.claims?.custom).toEqual({ note: 'short' })
})
