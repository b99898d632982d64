/** Frames that are made already as an event stream: what `EventSourceResponse` is to guide 2's FastAPI. */
import type { ServerResponse } from 'node:http'
import type { Part } from '../contract.ts'
import { type Protocol, respond, writeWhole } from './deliver.ts'
import type { Deliverable } from './deliverable.ts'
import type { ConnectionOptions, HeartbeatOptions } from './delivery-options.ts'
import type { Frames } from './frames.ts'
import { eventStreamHeaders } from './headers.ts'
import { createSseFrames } from './sse-frames.ts'

/** How frames are delivered. */
export interface EventSourceOptions extends ConnectionOptions, HeartbeatOptions {
  /** Added to the response's headers, over ours: the place for CORS. */
  headers?: Record<string, string>
}

/**
 * The frames as a `Response`, with comments while nothing comes. A reader who leaves ends the iteration; frames that fail
 * end in one error frame.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { demo } from '@streamseal/stream/demo'
 * import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
 * import { eventSourceResponse } from '@streamseal/stream/sse'
 * const handler = new StreamingHandler(demo({ text: 'Hello', tokensPerSecond: Infinity }), StreamFormat.SSE)
 * const response = eventSourceResponse(handler.streamSse([{ role: 'user', content: 'x' }]))
 * assert.match(await response.text(), /"final_response":"Hello"/)
 * ```
 */
export function eventSourceResponse(
  frames: AsyncIterable<string>,
  options: EventSourceOptions = {},
): Response {
  return respond(asRun(frames), protocolOf(options), options)
}

/**
 * The same, written to a Node response, head included.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { once } from 'node:events'
 * import { createServer } from 'node:http'
 * import { demo } from '@streamseal/stream/demo'
 * import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
 * import { writeEventSource } from '@streamseal/stream/sse'
 * const handler = new StreamingHandler(demo({ text: 'Hello', tokensPerSecond: Infinity }), StreamFormat.SSE)
 * const server = createServer((_, response) => writeEventSource(handler.streamSse([{ role: 'user', content: 'x' }]), response))
 * await once(server.listen(0, '127.0.0.1'), 'listening')
 * const address = server.address()
 * const port = typeof address === 'object' ? address?.port : undefined
 * assert.match(await (await fetch(`http://127.0.0.1:${port}`)).text(), /Hello/)
 * server.close()
 * ```
 */
export function writeEventSource(
  frames: AsyncIterable<string>,
  response: ServerResponse,
  options: EventSourceOptions = {},
): Promise<void> {
  return writeWhole(asRun(frames), response, protocolOf(options), options)
}

function protocolOf({ headers }: EventSourceOptions): Protocol {
  return { frames: framesAsTheyAre(), headers: eventStreamHeaders(headers) }
}

/** Each frame travels as the delta of a part. */
function asRun(frames: AsyncIterable<string>): Deliverable {
  const iterator = frames[Symbol.asyncIterator]()
  const parts: AsyncIterator<Part> = {
    async next() {
      const { done, value } = await iterator.next()
      if (done) return { done: true, value: undefined }
      return { done: false, value: { type: 'text-delta', id: '', delta: value, cursor: 0 } }
    },
    async return() {
      await iterator.return?.()
      return { done: true, value: undefined }
    },
  }
  return { id: '', parts: { [Symbol.asyncIterator]: () => parts } }
}

function framesAsTheyAre(): Frames {
  const errors = createSseFrames()
  return {
    opening: ': streamseal\n\n',
    beat: ': hb\n\n',
    take: part => (part.type === 'text-delta' ? part.delta : errors.take(part)),
  }
}
