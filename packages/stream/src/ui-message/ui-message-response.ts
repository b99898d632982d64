/** A run as the AI SDK's UI message stream, so that `useChat` and every `ChatTransport` over HTTP read it. */
import type { ServerResponse } from 'node:http'
import { defined } from '../defined.ts'
import { type Protocol, respond, writeWhole } from '../deliveries/deliver.ts'
import type { Deliverable } from '../deliveries/deliverable.ts'
import type { DeliveryOptions, HeartbeatOptions } from '../deliveries/delivery-options.ts'
import { createEventFrames } from '../deliveries/event-frames.ts'
import { sseHeaders } from '../deliveries/headers.ts'
import { createUiMessageChunks, type UiMessageChunkOptions } from './chunks.ts'

/** How a run is delivered as a UI message. */
export interface UiMessageOptions
  extends DeliveryOptions,
    HeartbeatOptions,
    Omit<UiMessageChunkOptions, 'metrics'> {}

/**
 * The run as a `Response` for `useChat`: `messageId` defaults to the run's id. A run that is resumed is replayed from its
 * first part, since the client begins with an empty message.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { uiMessageResponse } from '@streamseal/stream/ui-message'
 * const response = uiMessageResponse(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }))
 * assert.equal(response.headers.get('x-vercel-ai-ui-message-stream'), 'v1')
 * assert.match(await response.text(), /"type":"text-delta","id":"text-0","delta":"Hello"/)
 * ```
 */
export function uiMessageResponse(run: Deliverable, options: UiMessageOptions = {}): Response {
  return respond(run, protocolOf(run, options), options)
}

/**
 * The same, written to a Node response, head included.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { once } from 'node:events'
 * import { createServer } from 'node:http'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { writeUiMessage } from '@streamseal/stream/ui-message'
 * const server = createServer((_, response) => writeUiMessage(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }), response))
 * await once(server.listen(0, '127.0.0.1'), 'listening')
 * const address = server.address()
 * const port = typeof address === 'object' ? address?.port : undefined
 * assert.match(await (await fetch(`http://127.0.0.1:${port}`)).text(), /\[DONE\]/)
 * server.close()
 * ```
 */
export function writeUiMessage(
  run: Deliverable,
  response: ServerResponse,
  options: UiMessageOptions = {},
): Promise<void> {
  return writeWhole(run, response, protocolOf(run, options), options)
}

function protocolOf(run: Deliverable, options: UiMessageOptions): Protocol {
  const { messageId = run.id, metadata = run.metadata } = options
  const chunks = createUiMessageChunks({ messageId, ...defined({ metadata }), metrics: () => run.metrics })
  const frames = createEventFrames(part => chunks.take(part), {
    idOf: part => `${run.id}:${part.cursor}`,
    done: '[DONE]',
  })
  return { frames, headers: { ...sseHeaders(run, options.headers), 'x-vercel-ai-ui-message-stream': 'v1' } }
}
