/** A run as a streamed message of Anthropic's API. */
import type { ServerResponse } from 'node:http'
import { type Protocol, respond, writeWhole } from '../deliveries/deliver.ts'
import type { Deliverable } from '../deliveries/deliverable.ts'
import type { DeliveryOptions, HeartbeatOptions } from '../deliveries/delivery-options.ts'
import { createEventFrames } from '../deliveries/event-frames.ts'
import { sseHeaders } from '../deliveries/headers.ts'
import { createMessageEvents, type MessageEventOptions } from './events.ts'

/** How a run is delivered to Anthropic's clients. */
export interface AnthropicOptions extends DeliveryOptions, HeartbeatOptions, MessageEventOptions {}

/**
 * The run as a `Response`; while nothing comes, `ping` events. A failed run ends in an `error` event.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { anthropicResponse } from '@streamseal/stream/anthropic-wire'
 * import { demo } from '@streamseal/stream/demo'
 * const response = anthropicResponse(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }))
 * assert.match(await response.text(), /event: message_stop\n/)
 * ```
 */
export function anthropicResponse(run: Deliverable, options: AnthropicOptions = {}): Response {
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
 * import { writeAnthropic } from '@streamseal/stream/anthropic-wire'
 * import { demo } from '@streamseal/stream/demo'
 * const server = createServer((_, response) => writeAnthropic(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }), response))
 * await once(server.listen(0, '127.0.0.1'), 'listening')
 * const address = server.address()
 * const port = typeof address === 'object' ? address?.port : undefined
 * assert.match(await (await fetch(`http://127.0.0.1:${port}`)).text(), /"text_delta","text":"Hello"/)
 * server.close()
 * ```
 */
export function writeAnthropic(
  run: Deliverable,
  response: ServerResponse,
  options: AnthropicOptions = {},
): Promise<void> {
  return writeWhole(run, response, protocolOf(run, options), options)
}

function protocolOf(run: Deliverable, options: AnthropicOptions): Protocol {
  const { id = `msg_${run.id}`, model } = options
  const events = createMessageEvents({ id, ...(model === undefined ? {} : { model }) })
  const frames = createEventFrames(part => events.take(part), {
    isNamed: true,
    beat: 'event: ping\ndata: {"type": "ping"}\n\n',
    restarts: false,
  })
  return { frames, headers: sseHeaders(run, options.headers) }
}
