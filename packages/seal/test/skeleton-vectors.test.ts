/** The skeletons that another implementation must find: `vectors/markdown/skeletons.json`. STREAMSEAL_UPDATE=1 writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Reading } from '../src/readings.ts'
import { readings } from '../src/readings.ts'
import { skeletonOf } from '../src/skeleton.ts'
import { answers } from './corpus.ts'
import { directedTexts } from './directed-texts.ts'
import { makeTables } from './skeleton-tables.ts'
import { splices } from './splices.ts'

const file = new URL('../../../vectors/markdown/skeletons.json', import.meta.url)

const tables = new URL('../../../vectors/markdown/tables.json', import.meta.url)

interface Vector {
  name: string
  text: string
  reading: Reading
  /** The skeleton. */
  chars: string
  /** The UTF-16 offset of each of its code points. */
  offsets: number[]
}

const small = [
  'It is -5 °C, − 5 or — 5; 1.5 mg, .5 mg, 1,000, 10:30, 3/4, 5–10, 1..5, 5, -10 and 10 30.',
  "a != b, !c, -x, f(-x), a * b, 2*3, 2**3, snake_case, C#, #1, P(A|B), X ~ N, ~5, x^2, 5', 6'2\" and (c) © ± +-",
  '**bold** *it* __x__ ~~gone~~ `a*b` [text](https://x.y/(z) "t") ![alt](i.png) <https://a.b> <b class="c">d</b><br>e &amp; &copy; \\* f',
  '# One #\n\nTwo\n===\n\n- [x] three\n- four\n  1. five\n  2. six\n\n> seven\n\n| 8 | 9 |\n|---|---|\n| - | 10 |\n\n---\n',
  '```js title\nlet x = 2*3 // &amp; [a](b)\n```\nend\n\n    1. code &amp;\n\n1986. A year\n\ntext\n1986. A year',
  'e\u0301 \u00e9 \u212b \u0958 \u1100\u1161\u11a8 👩‍💻 👍🏽 🇩🇪 1️⃣ ❤️ \ud83d x',
  '1. one\n2. two\n• three\n☐ four\n[x] five\n2024 was',
  'a <b class="c">d</b> e <br/> f < g <h, i',
]

function vectors(): Vector[] {
  const named = [
    ...small.map((text, index) => ({ name: `small ${index + 1}`, text })),
    ...Object.entries(directedTexts).map(([name, text]) => ({ name, text })),
    ...answers.filter((_, index) => index % 5 === 2),
    ...[...splices(5, 40)].map((text, index) => ({ name: `splice ${index + 1}`, text })),
  ]
  return named.flatMap(({ name, text }) =>
    readings.map(reading => {
      const { chars, offsets } = skeletonOf(text, reading)
      return { name, text, reading, chars, offsets: [...offsets] }
    }),
  )
}

test('the published skeletons are those that we compute', () => {
  if (process.env.STREAMSEAL_UPDATE !== undefined)
    writeFileSync(
      file,
      `[\n${vectors()
        .map(vector => JSON.stringify(vector))
        .join(',\n')}\n]\n`,
    )
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(vectors())
})

test('the published tables are those that we read', () => {
  if (process.env.STREAMSEAL_UPDATE !== undefined) writeFileSync(tables, `${JSON.stringify(makeTables())}\n`)
  expect(JSON.parse(readFileSync(tables, 'utf8'))).toEqual(makeTables())
})
