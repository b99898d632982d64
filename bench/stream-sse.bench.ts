/**
 * Part to socket: an answer of 4,000 chunks as server-sent events over a loopback connection, read and thrown away by a
 * bare socket in the same process. The baseline writes the same number of finished frames with `response.write`, no
 * faster than they are taken. A chunk's share above that floor is the difference of the medians divided by 4,000.
 */
import { generate, type Part } from '@streamseal/stream'
import { writeSse } from '@streamseal/stream/sse'
import type { Benchmark } from './harness.ts'
import { chunks, floor, model, over, parts, peers } from './sse-answer.ts'

async function* each(): AsyncGenerator<Part> {
  yield* parts
}

const ofParts = over((_, response) => writeSse({ id: '0123456789abcdef', parts: each() }, response))
const ofRun = over((_, response) => writeSse(generate(model, { prompt: 'x', retry: false }), response))

/** Measured in `npm run bench -- stream-sse`. */
export const benchmark: Benchmark = {
  what: `an answer of ${chunks} chunks as events, part to socket`,
  each: { count: chunks, what: 'chunk' },
  baseline: { name: 'finished frames, written', run: floor },
  candidates: [
    { name: 'writeSse of parts', run: ofParts, ratio: 2.5 },
    { name: 'writeSse of a run, log and meter on', run: ofRun, ratio: 4 },
    ...peers,
  ],
}
