/** Provider bytes become typed parts in at most 5 µs a chunk, and 23 KB of a tool's input a value after each of its 5,800 deltas in under 50 ms. `--break` allows a thousandth of that and must fail. */
import { parseArgs } from 'node:util'
import { chunkStream } from '../bench/chunk-readers.ts'
import { median, processorMs } from '../bench/harness.ts'
import { toolInput } from '../bench/tool-input-readers.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
const rounds = Number(values.rounds)
const strictness = values.break ? 1000 : 1
const allowedMicroseconds = 5 / strictness
const allowedMs = 50 / strictness

interface Candidate {
  name: string
  read(): unknown
}

/** Medians in milliseconds of processor time, as a busy machine's clock says little; all take turns in each round, after one that does not count. */
async function mediansMs(candidates: readonly Candidate[]): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(candidates.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const { name, read } of candidates) {
      const begun = processorMs()
      await read()
      if (round > 0) times.get(name)?.push(processorMs() - begun)
    }
    console.log(`round ${round} of ${rounds}`)
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]))
}

const rows: Row[] = []

const chunks = 16_000
const stream = chunkStream(chunks)
for (const [name, ms] of await mediansMs([...stream.ours, ...stream.peers])) {
  const microseconds = (ms / chunks) * 1000
  rows.push([`${chunks} chunks: ${name}`, `${microseconds.toFixed(1)} µs a chunk`])
  if (name === stream.ours[0]?.name && microseconds > allowedMicroseconds) process.exitCode = 1
}

const tool = toolInput(327)
const what = `${tool.input.length} characters in ${tool.deltas.length} deltas`
for (const [name, ms] of await mediansMs([tool.ours, ...tool.peers])) {
  rows.push([`${what}: ${name}`, `${ms.toFixed(1)} ms`])
  if (name === tool.ours.name && ms > allowedMs) process.exitCode = 1
}

for (const [name, value] of rows) console.log(`${name}: ${value}`)
if (values.keep) {
  keepResults(
    'stream-speed',
    `Medians of ${rounds} rounds in one process, of processor time; everyone takes turns.`,
    rows,
  )
}
