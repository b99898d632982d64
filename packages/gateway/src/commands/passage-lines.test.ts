import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inkFor, visible } from './ink.ts'
import { passageLines } from './passage-lines.ts'

const ink = inkFor({}, {})
const paint = (text: string): string => text
const shown = (text: string, start: number, end: number): string[] =>
  passageLines(text, [{ start, end, says: 'altered', paint }], ink)

test('a passage stands between brackets, with its line, its offsets and the words around it', () => {
  expect(shown('One.\nTwo words here.\nThree.', 9, 14)).toEqual([
    '',
    'altered, line 2, characters 9 to 14',
    '     2 │ Two ⟦words⟧ here.',
  ])
})

test('a passage of several lines has the number of each; white space at its ends is left out', () => {
  expect(shown('One.\r\n\r\nTwo\r\nthree.\r\n\r\nFour.', 4, 21)).toEqual([
    '',
    'altered, lines 3 to 4, characters 4 to 21',
    '     3 │ ⟦Two',
    '     4 │ three.⟧',
  ])
})

test('a long passage shows its ends, and long lines around it are cut', () => {
  const text = `${'a'.repeat(500)} ${'b'.repeat(5000)} ${'c'.repeat(500)}`
  const lines = shown(text, 501, 5501)
  expect(lines[2]).toMatch(/^ {5}1 │ …a{59} ⟦b{600}$/)
  expect(lines[3]).toBe('       │ … 3800 characters …')
  expect(lines[4]).toMatch(/^ {7}│ b{600}⟧ c{59}…$/)
})

test('of many passages the first twenty are shown', () => {
  const passages = Array.from({ length: 25 }, (_, i) => ({
    start: i * 2,
    end: i * 2 + 1,
    says: 'altered',
    paint,
  }))
  const lines = passageLines('a\n'.repeat(25), passages, ink)
  expect(lines.filter(line => line.startsWith('altered'))).toHaveLength(20)
  expect(lines.at(-1)).toBe('and 5 more passages; --json lists all')
})

test('any passage of any text is shown without a control character or half of a pair', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 })
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), (whole, a, b) => {
      const points = [0]
      for (const character of whole) points.push((points.at(-1) as number) + character.length)
      const [start, end] = [points[a % points.length] as number, points[b % points.length] as number].sort(
        (x, y) => x - y,
      ) as [number, number]
      const lines = shown(whole, start, end)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      expect(lines.join('\n')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Cs}/u)
      expect(lines.join('')).toContain('⟦')
    }),
  )
})

describe('inkFor', () => {
  const isPainted = (isTTY: boolean, env: Record<string, string>): boolean =>
    inkFor({ isTTY }, env).bad('x') !== 'x'

  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('on a terminal: %s, with %j: painted %s', (isTTY, env, painted) => {
    expect(isPainted(isTTY, env)).toBe(painted)
  })

  test('visible() keeps what people write', () => {
    expect(visible('Tab\tand line\nend, naïve 👩‍💻 कि')).toBe('Tab\tand line\nend, naïve 👩‍💻 कि')
    expect(visible('a\u001b[31mb\u202ec\r')).toBe('a\\u{1b}[31mb\\u{202e}c\\u{d}')
  })
})
