/**
 * Provider bytes to typed parts: a chat completion stream of 16,000 chunks in slices of 16 KiB, as a socket gives them,
 * without a network. One chunk's share is the median divided by 16,000. `@langchain/openai`, which takes seconds, stands
 * beside the others in `npm run proof -- stream-speed`.
 */
import { chunkStream } from './chunk-readers.ts'
import type { Benchmark } from './harness.ts'

const chunks = 16_000
const { lines, bytes, ours, peers } = chunkStream(chunks)
const [parts, run] = ours
const [openai, , aiSdk] = peers
if (!parts || !run || !openai || !aiSdk) throw new Error('a reader is missing')

function parseLines(): number {
  let count = 0
  for (const line of lines) if (JSON.parse(line).choices[0].delta.content) count += 1
  return count
}

/** Measured in `npm run bench -- stream`. */
export const benchmark: Benchmark = {
  what: `a stream of ${chunks} chunks, ${bytes} bytes`,
  baseline: { name: 'its JSON parsed', run: parseLines },
  candidates: [
    { name: parts.name, run: parts.read, ratio: 1.8 },
    { name: run.name, run: run.read, ratio: 4.5 },
    { name: openai.name, run: openai.read, ratio: 9 },
    { name: aiSdk.name, run: aiSdk.read, ratio: 36 },
  ],
}
