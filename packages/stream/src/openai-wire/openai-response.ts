/** A run as a stream of OpenAI's API: chat completions, or responses. */
import type { ServerResponse } from 'node:http'
import type { Part } from '../contract.ts'
import { defined } from '../defined.ts'
import { type Protocol, respond, writeWhole } from '../deliveries/deliver.ts'
import type { Deliverable } from '../deliveries/deliverable.ts'
import type { DeliveryOptions, HeartbeatOptions } from '../deliveries/delivery-options.ts'
import { createEventFrames } from '../deliveries/event-frames.ts'
import { sseHeaders } from '../deliveries/headers.ts'
import { StreamError } from '../stream-error.ts'
import { type ChatChunkOptions, createChatChunks } from './chunks.ts'
import { toOpenAIError } from './errors.ts'
import { createResponseEvents, type ResponseEventOptions } from './response-events.ts'

/** How a run is delivered as chat completion chunks. */
export interface OpenAIChatOptions extends DeliveryOptions, HeartbeatOptions, ChatChunkOptions {}

/** How a run is delivered as events of the Responses API. */
export interface OpenAIResponsesOptions extends DeliveryOptions, HeartbeatOptions, ResponseEventOptions {}

/**
 * The run as chat completion chunks in a `Response`, then `data: [DONE]`. A failed run ends in an error event without it.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { openAIChatResponse } from '@streamseal/stream/openai-wire'
 * const response = openAIChatResponse(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }))
 * assert.match(await response.text(), /"content":"Hello".*data: \[DONE\]/s)
 * ```
 */
export function openAIChatResponse(run: Deliverable, options: OpenAIChatOptions = {}): Response {
  return respond(run, chatProtocol(run, options), options)
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
 * import { writeOpenAIChat } from '@streamseal/stream/openai-wire'
 * const server = createServer((_, response) => writeOpenAIChat(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }), response))
 * await once(server.listen(0, '127.0.0.1'), 'listening')
 * const address = server.address()
 * const port = typeof address === 'object' ? address?.port : undefined
 * assert.match(await (await fetch(`http://127.0.0.1:${port}`)).text(), /\[DONE\]/)
 * server.close()
 * ```
 */
export function writeOpenAIChat(
  run: Deliverable,
  response: ServerResponse,
  options: OpenAIChatOptions = {},
): Promise<void> {
  return writeWhole(run, response, chatProtocol(run, options), options)
}

/**
 * The run as events of the Responses API in a `Response`. A failed run ends in `error` and `response.failed`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { openAIResponsesResponse } from '@streamseal/stream/openai-wire'
 * const response = openAIResponsesResponse(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }))
 * assert.match(await response.text(), /event: response.completed\n/)
 * ```
 */
export function openAIResponsesResponse(run: Deliverable, options: OpenAIResponsesOptions = {}): Response {
  return respond(run, responsesProtocol(run, options), options)
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
 * import { writeOpenAIResponses } from '@streamseal/stream/openai-wire'
 * const server = createServer((_, response) => writeOpenAIResponses(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }), response))
 * await once(server.listen(0, '127.0.0.1'), 'listening')
 * const address = server.address()
 * const port = typeof address === 'object' ? address?.port : undefined
 * assert.match(await (await fetch(`http://127.0.0.1:${port}`)).text(), /response.completed/)
 * server.close()
 * ```
 */
export function writeOpenAIResponses(
  run: Deliverable,
  response: ServerResponse,
  options: OpenAIResponsesOptions = {},
): Promise<void> {
  return writeWhole(run, response, responsesProtocol(run, options), options)
}

function chatProtocol(run: Deliverable, options: OpenAIChatOptions): Protocol {
  const { id = `chatcmpl-${run.id}`, model, created, includeUsage } = options
  const chunks = createChatChunks({ id, ...defined({ model, created, includeUsage }) })
  const take = (part: Part): readonly object[] =>
    part.type === 'error' || part.type === 'restart'
      ? [toOpenAIError(new StreamError(part.message, part)).body]
      : chunks.take(part)
  const frames = createEventFrames(take, { done: '[DONE]', restarts: false })
  return { frames, headers: sseHeaders(run, options.headers) }
}

function responsesProtocol(run: Deliverable, options: OpenAIResponsesOptions): Protocol {
  const { id = `resp_${run.id}`, model, created } = options
  const events = createResponseEvents({ id, ...defined({ model, created }) })
  const frames = createEventFrames(part => events.take(part), { isNamed: true, restarts: false })
  return { frames, headers: sseHeaders(run, options.headers) }
}
