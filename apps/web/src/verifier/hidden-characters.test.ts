import { createSigner, generateKeys, seal, strip } from '@streamseal/seal'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hiddenCharacters, type Piece } from './hidden-characters.ts'

const seen = (pieces: Piece[]): string => pieces.map(piece => ('text' in piece ? piece.text : '')).join('')
const runs = (text: string): unknown[] =>
  hiddenCharacters(text).flatMap(piece => ('text' in piece ? [] : [[piece.kind, piece.count]]))

test('the marks of a sealed text are named and its words stay in order', async () => {
  const { privateJwk } = await generateKeys('Ed25519')
  const signer = await createSigner(privateJwk)
  const plain = 'A sealed sentence that goes on for a while, and then another one follows it here. '
    .repeat(20)
    .trim()
  const sealed = await seal(plain, { signer, claims: { model: 'demo' } })
  const pieces = hiddenCharacters(sealed.text)
  expect(seen(pieces)).toBe(strip(sealed.text))
  const kinds = pieces.flatMap(piece => ('text' in piece ? [] : [piece.kind]))
  expect(kinds).toContain('segment')
  expect(pieces.every(piece => 'text' in piece || piece.isMark)).toBe(true)
})

test('other hidden runs are named with their length', () => {
  expect(runs('a\u{E0101}\u{E0102}b')).toEqual([['selectors', 2]])
  expect(runs('a\u{FE00}\u{FE01}\u{FE02}b')).toEqual([['selectors', 3]])
  expect(runs('a\u{E0068}\u{E0069}b')).toEqual([['tags', 2]])
  expect(runs('a\u{200B}b')).toEqual([['zero-width', 1]])
  expect(runs('a\u{202E}b')).toEqual([['direction', 1]])
})

test('emoji, flags and joined letters are not taken apart', () => {
  for (const text of [
    '❤️',
    '👩‍👩‍👧',
    '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
    'می‌خواهم',
    '1️⃣',
  ])
    expect(runs(text), text).toEqual([])
})

test('nothing of any text is lost or shown twice', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const pieces = hiddenCharacters(text)
      const count = pieces.reduce(
        (sum, piece) => sum + ('text' in piece ? [...piece.text].length : piece.count),
        0,
      )
      expect(count).toBe([...text].length)
    }),
  ))
