/**
 * An answer of 23 KB in deltas of four characters, read as a value after every delta: through a declared task, with its run,
 * its chunks and its check, and through the AI SDK, which parses what it has anew each time. The baseline parses the whole
 * answer once. The peer takes seconds: it is measured once, and not by the speed check.
 */
import { declare } from '@streamseal/stream/declare'
import { scriptedModel } from '@streamseal/stream/testing'
import { z } from 'zod'
import type { Benchmark } from './harness.ts'
import { toolInput } from './tool-input-readers.ts'

const { input, deltas, peers } = toolInput(318)
const peer = peers.find(({ name }) => name.startsWith('ai 7'))
if (!peer) throw new Error('a reader is missing')

const item = z.object({ id: z.number(), name: z.string(), tags: z.array(z.string()), price: z.number() })
const task = declare
  .with(
    scriptedModel([
      { type: 'start', provider: 'bench', model: 'bench' },
      { type: 'text-start', id: '0' },
      ...deltas.map(delta => ({ type: 'text-delta', id: '0', delta }) as const),
      { type: 'text-end', id: '0' },
      { type: 'finish', reason: 'stop', usage: { inputTokens: 1, outputTokens: deltas.length } },
    ]),
  )
  .task({ description: 'x', output: z.object({ items: z.array(item) }), streaming: true })

/** Reads a value after every delta; returns the checked answer. */
async function read(): Promise<unknown> {
  const stream = task()
  let partials = 0
  for await (const { partial } of stream) if (partial !== undefined) partials += 1
  if (partials < deltas.length) throw new Error(`${partials} values of ${deltas.length} deltas`)
  return (await stream.result()).value
}

/** Measured in `npm run bench -- declared-partials`. */
export const benchmark: Benchmark = {
  what: `a declared answer of ${input.length} characters in ${deltas.length} deltas`,
  baseline: { name: 'parsed once, whole', run: () => JSON.parse(input) },
  candidates: [{ name: 'a value after every delta, declared', run: read, ratio: 340 }],
  slow: [{ name: peer.name, run: peer.read }],
}
