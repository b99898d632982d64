/** Offsets and code points: there and back. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyText, cutAt, cuts } from '../testing/texts.ts'
import { CodePoints } from './code-points.ts'
import { NormalText } from './normal-text.ts'
import { TextMeter } from './text-meter.ts'

const long = fc.array(anyText, { minLength: 1, maxLength: 30 }).map(texts => texts.join(' '))

test('S11 a code point is found where it is, and its number again from there', () => {
  fc.assert(
    fc.property(long, text => {
      const points = new CodePoints(text)
      let unit = 0
      let index = 0
      for (const character of text) {
        expect(points.toUnit(index)).toBe(unit)
        expect(points.fromUnit(unit)).toBe(index)
        unit += character.length
        index++
      }
      expect(points.count).toBe(index)
      expect(points.toUnit(index + 5)).toBe(text.length)
    }),
    { numRuns: 60 },
  )
})

test('S5 the normal form keeps every boundary: what stands before it is the normal form of what stood before it', () => {
  fc.assert(
    fc.property(long, text => {
      const normal = new NormalText(text)
      expect(normal.text).toBe(text.normalize('NFC'))
      let offset = 0
      for (const character of text) {
        if (/^[\p{L}\p{Zs}]$/u.test(character) && character < '\u0300') {
          const before = text.slice(0, offset).normalize('NFC').length
          expect(normal.toNormal(offset)).toBe(before)
          expect(normal.toSource(before)).toBe(offset)
        }
        offset += character.length
      }
    }),
    { numRuns: 60 },
  )
})

test('S7 a text that comes in pieces is measured as the whole is', () => {
  fc.assert(
    fc.property(long, cuts, (text, places) => {
      const hashed: string[] = []
      const meter = new TextMeter({
        update: data => hashed.push(String(data)),
        digest: () => new Uint8Array(32),
      })
      for (const piece of wholeCharacters(cutAt(text, places))) meter.push(piece)
      expect(meter.settle()).toBe([...text.normalize('NFC')].length)
      expect(hashed.join('')).toBe(text.normalize('NFC'))
    }),
    { numRuns: 100 },
  )
})

/** As the sealer does: the halves of a surrogate pair are joined before they are measured. */
function wholeCharacters(pieces: readonly string[]): string[] {
  let half = ''
  const whole = pieces.map(piece => {
    const text = half + piece
    half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : ''
    return half === '' ? text : text.slice(0, -1)
  })
  return [...whole, half]
}
