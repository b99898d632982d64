/** Hidden payloads go, what writing needs stays. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sanitize } from './index.ts'

test.each([
  ['selectors behind one Mongolian letter', '\u1820', '\u180b\u180c\u180d\u180f'.repeat(20), 1],
  ['combining grapheme joiners before a mark', 'a', `${'\u034f'.repeat(50)}\u0301`, 2],
  ['direction marks between Latin letters', 'h', '\u200ee\u200fl\u061cl\u200eo', 4],
  ['soft hyphens', 'a', '\u00adb\u00adc', 2],
  ['a variant that Han does not have', '\u4e00', '\ufe0d', 0],
  ['a selector that no collection reaches', '\u4e00', '\u{e01ef}', 0],
  ['a variant that a sign does not have', '+', '\ufe01', 0],
])('S15 %s are taken out', (_, base, hidden, visible) => {
  expect([...sanitize(base + hidden).text].length).toBeLessThanOrEqual(1 + visible)
})

test.each([
  ['a Mongolian vowel separator', '\u182c\u1820\u1837\u180e\u1820'],
  ['a Mongolian variant', '\u1820\u180b'],
  ['a Mongolian variant before the vowel separator', '\u1828\u180b\u180e\u1820'],
  ['a Balinese joiner', '\u1b13\u1b44\u200d\u1b13'],
  ['a Javanese non-joiner', '\ua98f\ua9c0\u200c\ua98f'],
  ['an Adlam non-joiner', '\u{1e922}\u200c\u{1e923}'],
  ['a Rohingya non-joiner', '\u{10d00}\u200c\u{10d01}'],
  ['a Chakma joiner', '\u{11103}\u{11133}\u200d\u{11103}'],
  ['a Dogri joiner', '\u{11800}\u{11839}\u200d\u{11800}'],
  ['a direction mark behind Hebrew', '\u05d0\u05d1\u200e (C++)'],
  ['a direction mark behind signs in Hebrew', '\u05d0 C++\u200e \u05d0'],
  ['a direction mark before Arabic', 'C++ \u061c\u0627'],
  ['a grapheme joiner between a letter and a mark', '\u05d0\u05b7\u034f\u05b4'],
  ['an ideographic variant', '\u845b\u{e0100}'],
  ['a standardized variant', '0\ufe00 \u2229\ufe00 \u3002\ufe01'],
])('S15 %s stays', (_, given) => {
  expect(sanitize(given)).toEqual({ text: given, removed: [] })
})

const pieces = [
  ...'a0+\u0301\u034f\u00ad\u200b\u200c\u200d\u200e\u061c\u2060\ufe00\ufe0f\ufeff\u{e0101}\u{e0041}\u{e007f}\u{1f3f4}\u2764\u20e3\u05d0\u0e01\u17b4\u1780\u1820\u180b\u180e\u1b13\u1160\u1100\u3164\u4e00',
]

test('S15 what was sanitised holds nothing to take out', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), given => {
      const { text } = sanitize(given.join(''))
      expect(sanitize(text)).toEqual({ text, removed: [] })
    }),
    {
      numRuns: 5000,
      examples: [
        [['a', '\u034f', '\u{e0101}', 'b']],
        [['\udb40', '\u200c', '\udda0']],
        [['\u061c', 't', '\udb40', ' carries metada', '\u0645']],
      ],
    },
  )
})

test('S15 what one text holds is of no consequence to the next', () => {
  const hebrew = '\u05d0\u05d1\u200e (C++)'
  expect(sanitize(hebrew).removed).toEqual([])
  expect(sanitize('a\u200bb').text).toBe('ab')
})
