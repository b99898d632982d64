/**
 * A tool's input of 5.6 KB in deltas of four characters, read as a value after every delta: ours, and the Anthropic client
 * with an `inputJson` listener, which parses what it has anew each time. The baseline parses the whole input once. 23 KB,
 * and further peers, which take seconds, stand in `npm run proof -- stream-speed`.
 */
import type { Benchmark } from './harness.ts'
import { toolInput } from './tool-input-readers.ts'

const { input, deltas, ours, peers } = toolInput(80)
const [anthropic] = peers
if (!anthropic) throw new Error('a reader is missing')

/** Measured in `npm run bench -- stream-tool-input`. */
export const benchmark: Benchmark = {
  what: `a tool's input of ${input.length} characters in ${deltas.length} deltas`,
  baseline: { name: 'parsed once, whole', run: () => JSON.parse(input) },
  candidates: [
    { name: ours.name, run: ours.read, ratio: 6.5 },
    { name: anthropic.name, run: anthropic.read, ratio: 5_000 },
  ],
}
