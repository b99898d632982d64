import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from './bytes.ts'
import { MAX_MARKS, normalize, normalizedUtf8 } from './normalize.ts'

const marks = ['\u0301', '\u0316', '\u{1D165}', '\u3099']

test('any text without long runs of marks is normalised as the platform does', () => {
  const pieces = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...marks),
    fc.string({ unit: 'grapheme' }),
  )
  void fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 40 }).map(each => each.join('')),
      text => {
        expect(normalize(text)).toBe(text.normalize('NFC'))
        const { stored, covered } = normalizedUtf8(text)
        expect(stored).toEqual(utf8(text))
        expect(covered).toEqual(utf8(text.normalize('NFC')))
      },
    ),
  )
})

test.each(marks)(
  'a run of %j is normalised up to the limit and refused beyond, quickly',
  { retry: 3 },
  mark => {
    const atLimit = `a${mark.repeat(MAX_MARKS)}b`
    expect(normalize(atLimit)).toBe(atLimit.normalize('NFC'))
    expect(normalize(`a${mark.repeat(MAX_MARKS + 1)}b`)).toBeUndefined()
    const longRun = `a${`${mark}\u0316`.repeat(200_000)}`
    const start = performance.now()
    expect(normalize(longRun)).toBeUndefined()
    expect(performance.now() - start).toBeLessThan(1000)
  },
)

test('runs of selectors and of emoji are no runs of marks', () => {
  for (const text of ['\u{E0101}\uFE0F'.repeat(500), '😀'.repeat(500)]) expect(normalize(text)).toBe(text)
})
