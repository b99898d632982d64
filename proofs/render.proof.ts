/** A mark at every place that the sealer may use changes nothing that thirteen set-ups of five Markdown renderers write, lies in no code, attribute, comment or maths, and no segment comes back altered: specifications, answers, prefixes, splices. `--break` marks every word, and must fail. */
import { parseArgs } from 'node:util'
import { tests as specification } from 'commonmark-spec'
import { answers } from '../packages/seal/test/corpus.ts'
import { faultsIn, surroundings } from '../packages/seal/test/faults.ts'
import { gfmExamples } from '../packages/seal/test/gfm-examples.ts'
import { faultOf, mark } from '../packages/seal/test/marking.ts'
import { renderers } from '../packages/seal/test/renderers.ts'
import { segmentsOf, shareOf } from '../packages/seal/test/share.ts'
import { splices } from '../packages/seal/test/splices.ts'
import { keepResults } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
const end = Date.now() + Number(values.minutes) * 60_000
const longestFaults = 20
const prefixStep = 5
console.log(`seed ${values.seed}`)

interface Part {
  name: string
  texts: Iterable<string>
}

const examples = [
  ...specification.map(({ markdown }) => markdown.replaceAll('→', '\t')),
  ...gfmExamples.map(({ markdown }) => markdown),
]
const faults: string[] = []
let lastNews = Date.now()

const counts = [
  ...['examples', 'answers', 'prefixes of answers'].map(name => tryPart({ name, texts: textsOf(name) })),
  ['segments rendered', String(tryShares())] as const,
  tryPart({ name: 'splices', texts: endlessSplices(Number(values.seed)) }),
]
for (const fault of faults.slice(0, longestFaults)) console.error(fault)
for (const [what, count] of counts) console.log(`${what}: ${count}`)
console.log(`faults: ${faults.length}`)
if (values.keep)
  keepResults(
    'render',
    'Marks change nothing that Markdown renderers write, and no segment comes back altered.',
    [
      ...counts,
      ['renderers', String(renderers.length)],
      ['faults', String(faults.length)],
      ['seed', values.seed],
      ['minutes', values.minutes],
    ],
  )
process.exitCode = faults.length > 0 ? 1 : 0

function* textsOf(name: string): Generator<string> {
  if (name === 'answers') yield* answers.map(({ text }) => text)
  else if (name === 'examples')
    for (const example of examples) yield* [example, ...surroundings.map(surround => surround(example))]
  else
    for (const { text } of answers)
      for (let at = prefixStep; at < text.length; at += prefixStep) yield text.slice(0, at)
}

function* endlessSplices(seed: number): Generator<string> {
  for (let next = seed; ; next++) yield* splices(next, 500)
}

/** Tries texts until there are no more, or until time is up: then it says so. */
function tryPart({ name, texts }: Part): readonly [string, string] {
  let tried = 0
  for (const text of texts) {
    if (Date.now() > end || faults.length > longestFaults) return [name, `${tried}, until time was up`]
    faults.push(...(values.break ? faultsOfWords(text) : faultsIn(text)))
    tried++
    tellNews(`${name}: ${tried}`)
  }
  return [name, `${tried}, all of them`]
}

/** A mark behind each word, wherever it stands. */
function faultsOfWords(text: string): string[] {
  const marked = mark(
    text,
    [...text.matchAll(/(?<=\w)(?= )/g)].map(({ index }) => index),
  )
  return renderers.flatMap(renderer => faultOf(text, marked, renderer) ?? [])
}

/** How many segments of answers were rendered and read back. */
function tryShares(): number {
  let segmentsTried = 0
  for (const renderer of renderers)
    for (const { name, text } of answers) {
      const segments = segmentsOf(text)
      for (const { segment } of shareOf(text, segments, renderer).altered)
        faults.push(`${renderer.name} alters segment ${segment} of ${name}`)
      segmentsTried += segments.length
    }
  return segmentsTried
}

function tellNews(news: string): void {
  if (Date.now() - lastNews < 20_000) return
  lastNews = Date.now()
  console.log(news)
}
