import { createSigner, generateKeys, type Report, seal, strip, trustList, verify } from '@streamseal/seal'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { missing, passages } from './passages.ts'

const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk)
const trust = trustList(publicJwk)

const sentence = (number: number): string =>
  `This is sentence number ${number}, and it is long enough that a passage holds a few of its kind. `
const plain = Array.from({ length: 40 }, (_, number) => sentence(number))
  .join('')
  .trim()
const sealed = await seal(plain, { signer, claims: { model: 'demo' } })
const whole = await verify(sealed.text, { trust })
const textOf = (report: Report): string =>
  passages(report)
    .map(({ start, end }) => report.text.slice(start, end))
    .join('')

test('an intact text is one passage', () => {
  expect(whole.status).toBe('intact')
  expect(passages(whole).map(passage => passage.kind)).toEqual(['intact'])
  expect(passages(whole)[0]).toMatchObject({ first: 1, last: whole.seals[0]?.segments.length })
})

test('one changed word makes one changed passage between unchanged ones, whatever the length of the word', async () => {
  for (const word of ['phrase', 'x', 'sentence that somebody made a good deal longer than it was']) {
    const report = await verify(sealed.text.replace('sentence number 20', `${word} number 20`), { trust })
    const kinds = passages(report).map(passage => passage.kind)
    expect(kinds, word).toEqual(['intact', 'altered', 'intact'])
    const changed = passages(report)[1]
    expect(report.text.slice(changed?.start, changed?.end)).toContain(`${word} number 20`)
  }
})

test('words added before and after are passages of their own', async () => {
  const report = await verify(`Somebody wrote this before it. ${sealed.text} And this after it.`, { trust })
  expect(passages(report).map(passage => passage.kind)).toEqual(['unsealed', 'intact', 'unsealed'])
})

test('a passage that was cut out is missing where it stood', async () => {
  const marks = [...sealed.text.matchAll(/[\u{E0100}-\u{E01EF}]+/gu)]
  const [from, to] = [marks[0], marks[1]]
  const start = (from?.index ?? 0) + (from?.[0].length ?? 0)
  const end = (to?.index ?? 0) + (to?.[0].length ?? 0)
  const report = await verify(sealed.text.slice(0, start) + sealed.text.slice(end), { trust })
  expect(missing(passages(report))).toMatchObject([{ first: 2, last: 2 }])
})

test('a stranger does not vouch: unchanged words under an unknown key are no unchanged passage', async () => {
  const report = await verify(sealed.text)
  expect(new Set(passages(report).map(passage => passage.kind))).toEqual(new Set(['unknown-signer']))
})

test('joined in order, the passages are the text, however it was changed', () =>
  fc.assert(
    fc.asyncProperty(
      fc.nat(sealed.text.length),
      fc.nat(sealed.text.length),
      fc.string(),
      async (one, other, added) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)]
        const report = await verify(sealed.text.slice(0, from) + added + sealed.text.slice(to), { trust })
        expect(textOf(report)).toBe(report.text)
        for (const passage of passages(report)) expect(passage.end).toBeGreaterThan(passage.start)
      },
    ),
    { numRuns: 50 },
  ))

test('ranges that overlap, repeat or leave holes still cover every character once', () => {
  const range = fc
    .tuple(fc.nat(60), fc.nat(60))
    .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
  const text = strip(plain).slice(0, 60)
  fc.assert(
    fc.property(fc.array(range), fc.array(range), (segments, unsealed) => {
      const [seal] = whole.seals
      if (seal === undefined) throw new Error('The fixture has a seal')
      const report: Report = {
        status: 'altered',
        text,
        seals: [{ ...seal, segments: segments.map((one, index) => ({ ...one, index, status: 'altered' })) }],
        unsealed,
        foreign: [],
      }
      expect(textOf(report)).toBe(text)
    }),
  )
})
