/** Code keeps everything but what copying changes. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutAt, cuts } from '../testing/texts.ts'
import { CodeText, codeSkeleton } from './code-text.ts'

const code = fc
  .array(
    fc.constantFrom('a', '};', ' ', '\t', '\n', '\r\n', '\r', '\u00a0', '𝒳', '\ud800', ' '.repeat(600)),
    {
      maxLength: 30,
    },
  )
  .map(parts => parts.join(''))

test('S7 code that comes in pieces has the skeleton of the whole', () => {
  fc.assert(
    fc.property(code, cuts, (text, places) => {
      const folded = new CodeText()
      const chars = cutAt(text, places).map(piece => folded.push(piece))
      expect(chars.join('')).toBe(codeSkeleton(text).chars)
    }),
    { numRuns: 300 },
  )
})

test('S5 each code point of the skeleton of code has the offset at which it stands, a line end that of its first character', () => {
  fc.assert(
    fc.property(code, text => {
      const { chars, offsets } = codeSkeleton(text)
      const points = [...chars]
      expect(offsets).toHaveLength(points.length)
      points.forEach((point, i) => {
        const at = offsets[i] as number
        if (point === '\n') expect('\r\n').toContain(text[at])
        else expect(text.startsWith(point, at)).toBe(true)
      })
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['a  \r\n\tb \n', 'a\n\tb'],
  ['\n\na\rb', '\n\na\nb'],
  ['rm -rf /home', 'rm -rf /home'],
  ['rm -rf / home', 'rm -rf / home'],
  [`a${' '.repeat(1025)}\n`, `a${' '.repeat(1025)}\n`],
  [`a${' '.repeat(1023)}\n`, 'a'],
  ['', ''],
])('S5 the skeleton of the code %j is %j', (text, chars) => {
  expect(codeSkeleton(text).chars).toBe(chars)
})
