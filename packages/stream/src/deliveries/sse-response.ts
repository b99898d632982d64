/** A run as server-sent events, for Web handlers and for bare Node servers. */
import type { ServerResponse } from 'node:http'
import { type Protocol, respond, writeWhole } from './deliver.ts'
import type { Deliverable } from './deliverable.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import type { Frames } from './frames.ts'
import { sseHeaders } from './headers.ts'
import { type SseOptions, sseMachine } from './sse-frames.ts'

/** How a run is delivered as events. */
export interface SseResponseOptions extends SseOptions, DeliveryOptions {
  /** Another protocol over the same connection, such as `createPartEvents`; default: `content`, `metadata`, `is_final`. */
  frames?: Frames
}

/**
 * The run as a `Response`: content frames, one final or error frame, comments while nothing else comes.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { sseResponse } from '@streamseal/stream/sse'
 * const response = sseResponse(generate(demo({ tokensPerSecond: Infinity }), { prompt: 'Hello' }))
 * assert.match(await response.text(), /"is_final":true/)
 * ```
 */
export function sseResponse(run: Deliverable, options: SseResponseOptions = {}): Response {
  return respond(run, protocolOf(run, options), options)
}

/**
 * Writes the run to a Node response, head included, and ends it; resolves when everything is written or the reader has left.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createServer } from 'node:http'
 * import { once } from 'node:events'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { writeSse } from '@streamseal/stream/sse'
 * const server = createServer((_, response) => writeSse(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }), response))
 * await once(server.listen(0, '127.0.0.1'), 'listening')
 * const address = server.address()
 * const port = typeof address === 'object' ? address?.port : undefined
 * assert.match(await (await fetch(`http://127.0.0.1:${port}`)).text(), /Hello/)
 * server.close()
 * ```
 */
export function writeSse(
  run: Deliverable,
  response: ServerResponse,
  options: SseResponseOptions = {},
): Promise<void> {
  return writeWhole(run, response, protocolOf(run, options), options)
}

function protocolOf(run: Deliverable, options: SseResponseOptions): Protocol {
  return { frames: options.frames ?? sseMachine(run, options), headers: sseHeaders(run, options.headers) }
}
