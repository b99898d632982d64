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

class Money {
  readonly amount = 5
}
const itself: Record<string, unknown> = {}
itself.again = { itself }

test.each<[string, unknown, string]>([
  ['a date', { when: new Date(0) }, 'a value of the class Date as the claim "custom.when"'],
  ['a map', { a: [{ map: new Map() }] }, 'a value of the class Map as the claim "custom.a[0].map"'],
  ['a set', { 'a key': new Set() }, 'a value of the class Set as the claim "custom["a key"]"'],
  ['bytes', { bytes: new Uint8Array(3) }, 'a value of the class Uint8Array as the claim "custom.bytes"'],
  ['an instance', { price: new Money() }, 'a value of the class Money as the claim "custom.price"'],
  ['what says itself how it is JSON', { x: { toJSON: () => 1 } }, 'as the claim "custom.x"'],
  ['a big integer', { big: 1n }, 'a bigint as the claim "custom.big"'],
  ['a function', { call: () => 1 }, 'a function as the claim "custom.call"'],
  ['a symbol', { symbol: Symbol('x') }, 'a symbol as the claim "custom.symbol"'],
  ['no number', { n: [Number.NaN] }, 'the number NaN as the claim "custom.n[0]"'],
  ['infinity', { n: Number.NEGATIVE_INFINITY }, 'the number -Infinity as the claim "custom.n"'],
  ['a hole', { list: [undefined] }, 'undefined as the claim "custom.list[0]"'],
  ['itself', itself, 'as the claim "custom.again.itself": it holds itself'],
  ['a list in place of an object', [1], 'as the claim "custom": it must be an object'],
  ['a text in place of an object', 'x', 'a string as the claim "custom": it must be an object'],
  ['null in place of an object', null, 'null as the claim "custom": it must be an object'],
])('S14 custom claims that hold %s are a TypeError that names the path', async (_, custom, message) => {
  const claims = { model: 'demo', custom } as unknown as Claims
  const refusal = expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) })
  expect(() => createSealer({ signer, claims })).toThrow(refusal)
  await expect(seal('A text.', { signer, claims })).rejects.toEqual(refusal)
})

test('S14 custom claims of JSON values come back, members that are undefined left out', async () => {
  const custom = { a: undefined, b: [null, true, -1.5, 'x', {}], c: Object.create(null), __proto__x: 1 }
  const { text, detached } = await seal('A text.', { signer, claims: { model: 'demo', custom } })
  const report = await verify(text, { trust, ...(detached !== undefined && { detached }) })
  expect(report.seals[0]?.claims?.custom).toEqual({ b: [null, true, -1.5, 'x', {}], c: {}, __proto__x: 1 })
})

test('S11 custom claims that share a value without end, or are too deep or too many, are refused at once', () => {
  let shared: unknown = 1
  for (let level = 0; level < 40; level++) shared = Array.from({ length: 40 }, () => shared)
  let deep: unknown = 1
  for (let level = 0; level < 5_000; level++) deep = [deep]
  for (const custom of [{ shared }, { deep }, { many: Array.from({ length: 100_000 }, () => 0) }]) {
    const claims = { model: 'demo', custom }
    expect(() => createSealer({ signer, claims })).toThrow(
      expect.objectContaining({ code: 'INVALID_CLAIMS' }),
    )
  }
})
