import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readings } from './readings.ts'
import { skeletonOf } from './skeleton.ts'

const source = (text: string): string => skeletonOf(text, 'markdown').chars
const page = (text: string): string => skeletonOf(text, 'rendered').chars

/** Texts that a reader tells apart: what a hostile editor would change. */
const different: readonly (readonly [string, string])[] = [
  ['Take 1.5 mg.', 'Take 15 mg.'],
  ['Take .5 mg.', 'Take 5 mg.'],
  ['It is -5 degrees.', 'It is 5 degrees.'],
  ['It is - 5.', 'It is 5.'],
  ['It is −5.', 'It is 5.'],
  ['It is –5.', 'It is 5.'],
  ['a < b', 'a > b'],
  ['a <= b', 'a < b'],
  ['a != b', 'a = b'],
  ['a !== b', 'a === b'],
  ['a ≠ b', 'a = b'],
  ['a ≤ b', 'a ≥ b'],
  ['a ± b', 'a + b'],
  ['5 ± 2', '5 + 2'],
  ['✅ done', '❌ done'],
  ['की', 'का'],
  ['ขา', 'ข้า'],
  ['2*3', '23'],
  ['2**3', '2*3'],
  ['2 * 3', '2 3'],
  ['5%', '5'],
  ['5 %', '5 ‰'],
  ['$5', '€5'],
  ['$5', '5'],
  ['-$5', '$5'],
  ['(-$5)', '($5)'],
  ['3/4', '34'],
  ['3/4', '3-4'],
  ['10:30', '1030'],
  ['10:30', '10.30'],
  ['1,000', '1.000'],
  ['1,000', '1000'],
  ['1,5', '15'],
  ["1'000", '1000'],
  ['10 30', '1030'],
  ['5, 10', '510'],
  ['5, -10', '5-10'],
  ['5(10)', '510'],
  ['5;10', '510'],
  ['5–10', '510'],
  ['5..10', '5.10'],
  ['x²', 'x2'],
  ['10⁻³', '10³'],
  ['x^2', 'x2'],
  ['H₂O', 'H2O'],
  ['1️⃣', '1'],
  ['→', '←'],
  ['A → B', 'A ← B'],
  ['¬p', 'p'],
  ['!ok', 'ok'],
  ['if (!ok) {', 'if (ok) {'],
  ['!(a && b)', '(a && b)'],
  ['a && b', 'a || b'],
  ['-x', 'x'],
  ['f(-x)', 'f(x)'],
  ['y = -x', 'y = x'],
  ['-(a + b)', '(a + b)'],
  ['x - 1', 'x 1'],
  ['5′', '5″'],
  [`5'`, '5"'],
  [`6'2"`, '62'],
  ['5°', '5'],
  ['C#', 'C'],
  ['C++', 'C'],
  ['#1', '1'],
  ['AT&T', 'ATT'],
  ['m/s', 'ms'],
  ['km/h', 'kmh'],
  ['a@b.c', 'ab.c'],
  ['P(A|B)', 'P(AB)'],
  ['snake_case', 'snakecase'],
  ['~5', '5'],
  ['5~10', '510'],
  ['5〜10', '510'],
  ['X ~ N', 'X N'],
  ['Ⅳ', 'Ⅵ'],
  ['½', '12'],
  ['５', '5'],
  ['Polish', 'polish'],
  ['résumé', 'resume'],
  ['é', 'e'],
  ['👩‍💻', '👩💻'],
  ['👍🏻', '👍🏿'],
  ['👍🏻', '👍'],
  ['🇩🇪', '🇧🇪'],
  ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ['‼️', '⁉️'],
  ['§ 5', '5'],
  ['٫', '٬x'],
  ['١٫٥', '١٥'],
  ['10：30', '1030'],
  ['`2*3`', '`23`'],
  ['| 5 | 10 |', '| 510 | |'],
  ['5[1] mg', '51 mg'],
  ['5]1 mg', '51 mg'],
  ['5`1 mg', '51 mg'],
  ['pay.palsafe.com', 'paypal.safe.com'],
  ['pal.com/x', 'palcom/x'],
  ['../x', '/x'],
  ['.env', 'env'],
  ['re-sign', 'resign'],
  ['5-x', '5x'],
  ['5 - x', '5 x'],
  ['a - b', 'a b'],
  ['a: - b', 'a: b'],
  ['2 - - 3', '2 - 3'],
  ['5 · 3', '5 3'],
  ['a·b', 'ab'],
  ['1 : 5', '1 5'],
  ['5!', '5'],
  ['5 / 3', '5 3'],
  ['(500)', '500'],
  ['（500）', '500'],
  ['($500)', '$500'],
  ['(not) guilty', 'not guilty'],
  ['f(x)', 'fx'],
  ["we're", 'were'],
  ['ו"ה', 'וה'],
  ['key:value', 'keyvalue'],
  ['a;b', 'ab'],
  ['a?b=c', 'ab=c'],
  ['a\\b', 'ab'],
  ['a{b}', 'ab'],
  ['/#/x', '//x'],
  ['a\u202eb\u202c', 'ab'],
  ['a \u2067b\u2069 c', 'a b c'],
  ['a \u200f<\u200f b', 'a < b'],
  ['5\u200e-3', '5-3'],
]

/** Source, and what a page shows of it, or another honest writing of the same. */
const equal: readonly (readonly [string, string])[] = [
  ['It is "so", isn\'t it?', 'It is “so”, isn’t it?'],
  ['Well -- yes --- and so on...', 'Well – yes — and so on…'],
  ['5--10', '5–10'],
  ['-5', '−5'],
  ['5 +- 2', '5 ± 2'],
  ['(c) 2024', '© 2024'],
  ['one\ntwo', 'one two'],
  ['one\r\ntwo', 'one two'],
  ['one  \ntwo\\\nthree', 'one\ntwo\nthree'],
  ['1. one\n2. two', 'one\ntwo'],
  ['7) one\n8) two', 'one\ntwo'],
  ['- one\n* two\n+ three', 'one\ntwo\nthree'],
  ['- [x] done\n- [ ] open', 'done\nopen'],
  ['&amp; &copy; &#169; &lt;b&gt; &nbsp;&hellip;', '& © © <b> …'],
  ['1 \\* 2 \\_ \\# a\\_b \\[x\\](y)', '1 * 2 _ # a_b [x](y)'],
  ['| a | 5 |\n|---|---:|\n| b | 6 |', 'a\t5\nb\t6'],
  ['a | 5\n--- | ---\nb | 6', 'a\t5\nb\t6'],
  ['**bold** and *it* and __x__ and ~~gone~~', 'bold and it and x and gone'],
  ['**5**%, *-5*, **2*3**', '5%, -5, 2*3'],
  ['***', ''],
  ['a\n\n* * *\n\nb', 'a\n\nb'],
  ['# One #\n\nTwo\n===\n\nThree\n---', 'One\nTwo\nThree'],
  ['> quoted\n> more', 'quoted more'],
  ['see [the *text*](https://example.com/a_(b)?x=1 "A title").', 'see the text.'],
  ['see [it](<a b> (t)) and ![alt](x.png "t") end', 'see it and end'],
  ['[![alt](a.png)](https://x.y) z', 'z'],
  ['<https://x.y/z> and <me@x.y>', 'https://x.y/z and me@x.y'],
  ['a <b class="x">bold</b> word<br/>end', 'a bold word\nend'],
  ['a <!-- comment --> b', 'a b'],
  ['```js title=1\nlet x = a*b\n```\nend', 'let x = a*b\nend'],
  ['~~~\na `b` &amp; [x](y)\n~~~', 'a `b` &amp; [x](y)'],
  ['x\n\n    1. code &amp;\n\ny', 'x\n\n1. code &amp;\n\ny'],
  ['use `a[0](b) &amp; <i>` here', 'use a[0](b) &amp; <i> here'],
  ['In 1986. A year', 'In 1986. A year'],
  ['Then\n1986. A year', 'Then 1986. A year'],
  ['co\u00adop\u200bera\u2060tion', 'cooperation'],
  ['e\u0301', '\u00e9'],
  ['한', '한'],
  ['\u212b', 'Å'],
  ['10 000', '10\u202f000'],
  ['„so“ «so» ‹so›', '"so" "so" \'so\''],
  ['state‑of‑the‑art', 'state-of-the-art'],
  ['❤️', '❤'],
  ['(C) 2024, (R)', '© 2024, ®'],
  ['Foo(tm)', 'Foo™'],
  ['f(c)d', 'f©d'],
  ['state-of-\nthe-art', 'state-of-the-art'],
  ["it's l'eau", 'it’s l’eau'],
  ['wait...what', 'wait…what'],
  ['wait....... what!!!!!', 'wait… what!!!'],
  ['5!!!!', '5!!!'],
  ['a -- b --- c', 'a – b — c'],
  ['— Da.\n\n— Net.', '— Da. — Net.'],
  ['Best,\n\n-- \nJohn', 'Best,\n– John'],
  ['Best\n--\nJohn', 'Best\nJohn'],
  ['5 - 3', '5 – 3'],
  ['([text](https://x.y)) and (*that*)', '(text) and (that)'],
  ['[2020](a)-[2021](b)', '2020-2021'],
  ['3[](x).5', '3.5'],
  ['| a | `x\\|y` |\n|---|:-:|\n| `p\\|q` | 5 |\n| - | -5 |', 'a\tx|y\np|q\t5\n-\t-5'],
  // A page without tables.
  ['| a | 5 |\n|---|---:|\n| -5 | 6 |', '| a | 5 | |---|---:| | -5 | 6 |'],
  ['| a | 5 |\n| :-: | --- |\n| - | 6 |', '| a | 5 | | :-: | — | | - | 6 |'],
  ['1. one\n\u00a0\u00a0 - sub 5\n\u00a0\u00a0 - 7', 'one\n\u00a0\u00a0 - sub 5 - 7'],
  ['-\u00a05 one', '- 5 one'],
  ['- [ ] > 5', '> 5'],
]

describe('the skeleton', () => {
  test.each(different)('S5 tells %j from %j, in every reading', (a, b) => {
    for (const reading of readings)
      expect(skeletonOf(a, reading).chars).not.toBe(skeletonOf(b, reading).chars)
    expect(source(a)).not.toBe(page(b))
  })

  test.each(equal)('S5 takes %j for %j', (a, b) => {
    expect(source(a)).toBe(page(b))
  })

  test('S5 the reading "listed" drops numbers, bullets and boxes that a browser copied', () => {
    const listed = (text: string): string => skeletonOf(text, 'listed').chars
    expect(listed('1. one\n2. two\n• three\n◦ 4 four\n☐ five\n[x] six')).toBe(
      source('1. one\n2. two\n- three\n  - 4 four\n- [ ] five\n- [x] six'),
    )
    expect(listed('2024 was\n12 [x]')).toBe(page('2024 was\n12 [x]'))
  })

  test('S5 the reading "listed" looks through no-break spaces around a mark', () => {
    expect(skeletonOf('\u00a0\u00a0·\u00a05 one\n\u00a01.\u00a0two', 'listed').chars).toBe(page('5 one two'))
  })

  test('S5 the reading "escaped" drops tags that a page showed', () => {
    expect(skeletonOf('a <b class="x">bold</b> word', 'escaped').chars).toBe(
      source('a <b class="x">bold</b> word'),
    )
    expect(skeletonOf('a < b and b <c', 'escaped').chars).toBe(source('a < b and b <c'))
  })

  test('offsets point at the code points they stand for', () => {
    const text = 'a 👍 [b](x) e\u0301! 5 %'
    const { chars, offsets } = skeletonOf(text, 'markdown')
    expect([...chars]).toEqual(['a', '👍', 'b', 'é', '5', '%'])
    expect([...offsets]).toEqual([0, 2, 6, 12, 16, 18])
  })

  test('offsets are as many as code points, never fall and stay inside the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.constantFrom(...readings),
        (text, reading) => {
          const { chars, offsets } = skeletonOf(text, reading)
          expect(offsets.length).toBe([...chars].length)
          for (let at = 0; at < offsets.length; at++) {
            expect(offsets[at]).toBeGreaterThanOrEqual(at === 0 ? 0 : (offsets[at - 1] as number))
            expect(offsets[at]).toBeLessThan(text.length)
          }
        },
      ),
    )
  })

  test('S5 composed and decomposed writing have one skeleton', () => {
    const ranges = [
      [0x61, 0x7a],
      [0x300, 0x345],
      [0x900, 0xe7f],
      [0x1100, 0x11ff],
      [0x1b00, 0x1b80],
      [0x1e00, 0x1fff],
    ]
    const codePoint = fc.oneof(
      ...ranges.map(([min, max]) => fc.integer({ min: min as number, max: max as number })),
    )
    fc.assert(
      fc.property(
        fc.array(codePoint, { maxLength: 8 }),
        fc.constantFrom(...readings),
        (codePoints, reading) => {
          const text = String.fromCodePoint(...codePoints)
          const skeleton = skeletonOf(text.normalize('NFC'), reading).chars
          expect(skeletonOf(text.normalize('NFD'), reading).chars).toBe(skeleton)
          expect(skeletonOf(text, reading).chars).toBe(skeleton)
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('an unknown reading is refused by name', () => {
    expect(() => skeletonOf('x', 'html' as 'rendered')).toThrow(
      new RangeError('Cannot read a text as "html": it is none of markdown, rendered, listed, escaped'),
    )
  })
})

/** Numbers that a page shows, because they begin no item of a list. */
const shownNumbers = [
  '1986. A year\n\ntext\n1986. A year',
  '> - text\n>   more\n>   1986. A year',
  '> - text\n\n     1986. A year',
  '- [ ] 1986. A year',
]

test.each(shownNumbers)('S2 a number that a page shows stays in the skeleton of Markdown: %j', text => {
  const last = text.lastIndexOf('1986')
  expect(source(text)).not.toBe(source(`${text.slice(0, last)}1987${text.slice(last + 4)}`))
})

test('S2 a sign behind a task box stays in the skeleton of Markdown', () => {
  expect(source('- [x] - 5')).not.toBe(source('- [x] 5'))
})

test('S5 a caret in code at the beginning of a label is read alike in the source and on the page', () => {
  expect(source('[`^`1]')).toBe(page('[^1]'))
})

test('an offset is that of the character itself, where normalisation leaves it', () => {
  expect([...skeletonOf('a\u0316\u0301', 'rendered').offsets]).toEqual([0, 1])
  expect([...skeletonOf('\u0627\u064e', 'rendered').offsets]).toEqual([0, 1])
})
