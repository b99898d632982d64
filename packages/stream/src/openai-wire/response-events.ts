/** A run's parts as the events of OpenAI's Responses API. */
import type { FinishReason, Part } from '../contract.ts'
import { defined } from '../defined.ts'
import type { Deliverable } from '../deliveries/deliverable.ts'
import { type StreamsealField, toStreamsealField } from '../deliveries/streamseal-field.ts'
import { createFirstChoice } from '../first-choice.ts'
import { StreamError } from '../stream-error.ts'
import { toOpenAIError } from './errors.ts'
import {
  newResponse,
  type OpenAIResponse,
  type ResponseContent,
  type ResponseItem,
  type UrlCitation,
} from './response-object.ts'
import { toResponseUsage } from './response-usage.ts'

/** One event; its name is its `type`. */
export interface ResponseEvent {
  type: string
  sequence_number: number
  item_id?: string
  output_index?: number
  content_index?: number
  delta?: string
  item?: ResponseItem
  response?: OpenAIResponse
  [field: string]: unknown
}

/** How events are written. */
export interface ResponseEventOptions {
  /** Default: `resp_` and the run's id. */
  id?: string
  /** The model's name as the client asked for it; default: what the provider reports. */
  model?: string
  /** Seconds since 1970; default: now. */
  created?: number
}

/** The machine under every delivery of responses. */
export interface ResponseEvents {
  /** The events for a part; an `error` part is an `error` event and `response.failed`. */
  take(part: Part): ResponseEvent[]
}

/**
 * Makes the machine for one stream. It writes the first choice.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createResponseEvents } from '@streamseal/stream/openai-wire'
 * const events = createResponseEvents({ model: 'demo' })
 * const begun = events.take({ type: 'start', provider: 'demo', model: 'demo', cursor: 1 })
 * assert.deepEqual(begun.map(event => event.type), ['response.created', 'response.in_progress'])
 * ```
 */
export function createResponseEvents(options: ResponseEventOptions = {}): ResponseEvents {
  return new EventWriter(options)
}

type Message = Extract<ResponseItem, { type: 'message' }>
type Reasoning = Extract<ResponseItem, { type: 'reasoning' }>
type Call = Extract<ResponseItem, { type: 'function_call' }>

interface Open {
  index: number
  item: ResponseItem
}

const refusalId = 'refusal'

class EventWriter implements ResponseEvents {
  readonly #options: ResponseEventOptions
  readonly #open = new Map<string, Open>()
  readonly #isFirst = createFirstChoice()
  readonly #response: OpenAIResponse
  #sequence = 0
  #isStarted = false
  #lastText: string | undefined
  #streamseal: StreamsealField | undefined

  constructor(options: ResponseEventOptions) {
    const { id = 'resp', model = '', created = Math.floor(Date.now() / 1000) } = options
    this.#options = options
    this.#response = newResponse(id, model, created)
  }

  take(part: Part): ResponseEvent[] {
    return this.#isFirst(part) ? this.#takeFirst(part) : []
  }

  #takeFirst(part: Part): ResponseEvent[] {
    switch (part.type) {
      case 'start':
        return this.#start(part)
      case 'text-start':
        this.#lastText = part.id
        return this.#openMessage(part.id, { type: 'output_text', text: '', annotations: [], logprobs: [] })
      case 'text-delta':
        return this.#textDelta(part)
      case 'reasoning-delta':
        return [...this.#openReasoning(part.id), ...this.#reasoningDelta(part)]
      case 'tool-input-start':
        return this.#openCall(part)
      case 'tool-input-delta':
        return this.#callDelta(part)
      case 'tool-call':
        return [...this.#openCall(part), ...this.#closeCall(part)]
      case 'refusal-delta':
        return this.#refuse(part.delta)
      case 'text-end':
      case 'reasoning-end':
        return this.#close(part.id)
      case 'source':
        return this.#cite(part)
      case 'seal':
        this.#streamseal = toStreamsealField(part)
        return []
      case 'finish':
        return this.#finish(part)
      // Clients of this wire cannot be told to forget what they have read.
      case 'restart':
      case 'error':
        return this.#fail(new StreamError(part.message, part))
      default:
        return []
    }
  }

  #event(type: string, fields: object): ResponseEvent {
    return { type, sequence_number: this.#sequence++, ...fields }
  }

  #start({ model }: Extract<Part, { type: 'start' }>): ResponseEvent[] {
    if (this.#isStarted) return []
    this.#isStarted = true
    this.#response.model = this.#options.model ?? model
    return ['response.created', 'response.in_progress'].map(type =>
      this.#event(type, { response: this.#snapshot() }),
    )
  }

  /** Readers keep what they are given, so that what goes on growing is copied. */
  #snapshot(): OpenAIResponse {
    return { ...this.#response, output: structuredClone(this.#response.output) }
  }

  #openItem(id: string, item: ResponseItem): { open: Open; event: ResponseEvent } {
    const open = { index: this.#response.output.length, item }
    this.#open.set(id, open)
    this.#response.output.push(item)
    const fields = { output_index: open.index, item: structuredClone(item) }
    return { open, event: this.#event('response.output_item.added', fields) }
  }

  #openMessage(id: string, part: ResponseContent): ResponseEvent[] {
    const item: Message = {
      id: this.#itemId('msg'),
      type: 'message',
      status: 'in_progress',
      role: 'assistant',
      content: [],
    }
    const { open, event } = this.#openItem(id, item)
    item.content.push(part)
    return [event, this.#contentEvent('response.content_part.added', open, { part: structuredClone(part) })]
  }

  #itemId(kind: string): string {
    return `${kind}_${this.#response.id}_${this.#response.output.length}`
  }

  #contentEvent(type: string, { item, index }: Open, fields: object): ResponseEvent {
    return this.#event(type, { item_id: item.id, output_index: index, content_index: 0, ...fields })
  }

  #textDelta({ id, delta }: Extract<Part, { type: 'text-delta' }>): ResponseEvent[] {
    const open = this.#open.get(id)
    const [content] = open?.item.type === 'message' ? open.item.content : []
    if (open === undefined || content?.type !== 'output_text') return []
    content.text += delta
    return [this.#contentEvent('response.output_text.delta', open, { delta, logprobs: [] })]
  }

  #openReasoning(id: string): ResponseEvent[] {
    if (this.#open.has(id)) return []
    const item: Reasoning = { id: this.#itemId('rs'), type: 'reasoning', status: 'in_progress', summary: [] }
    const { open, event } = this.#openItem(id, item)
    const part = { type: 'summary_text' as const, text: '' }
    item.summary.push(part)
    return [event, this.#summaryEvent('response.reasoning_summary_part.added', open, { part: { ...part } })]
  }

  #summaryEvent(type: string, { item, index }: Open, fields: object): ResponseEvent {
    return this.#event(type, { item_id: item.id, output_index: index, summary_index: 0, ...fields })
  }

  #reasoningDelta({ id, delta }: Extract<Part, { type: 'reasoning-delta' }>): ResponseEvent[] {
    const open = this.#open.get(id)
    const [part] = open?.item.type === 'reasoning' ? open.item.summary : []
    if (open === undefined || part === undefined) return []
    part.text += delta
    return [this.#summaryEvent('response.reasoning_summary_text.delta', open, { delta })]
  }

  #openCall({ id, toolName }: { id: string; toolName: string }): ResponseEvent[] {
    if (this.#open.has(id)) return []
    const item: Call = {
      id: this.#itemId('fc'),
      type: 'function_call',
      status: 'in_progress',
      call_id: id,
      name: toolName,
      arguments: '',
    }
    return [this.#openItem(id, item).event]
  }

  #callDelta({ id, delta }: Extract<Part, { type: 'tool-input-delta' }>): ResponseEvent[] {
    const open = this.#open.get(id)
    if (open?.item.type !== 'function_call') return []
    open.item.arguments += delta
    const fields = { item_id: open.item.id, output_index: open.index, delta }
    return [this.#event('response.function_call_arguments.delta', fields)]
  }

  #closeCall({ id, input, incomplete }: Extract<Part, { type: 'tool-call' }>): ResponseEvent[] {
    const open = this.#open.get(id)
    if (open?.item.type !== 'function_call') return []
    const { item, index } = open
    item.arguments = input
    const fields = { item_id: item.id, output_index: index, name: item.name, arguments: input }
    const done = this.#event('response.function_call_arguments.done', fields)
    return [done, ...this.#closeItem(id, open, incomplete)]
  }

  #refuse(delta: string): ResponseEvent[] {
    const begin = this.#open.has(refusalId)
      ? []
      : this.#openMessage(refusalId, { type: 'refusal', refusal: '' })
    const open = this.#open.get(refusalId)
    const [content] = open?.item.type === 'message' ? open.item.content : []
    if (open === undefined || content?.type !== 'refusal') return begin
    content.refusal += delta
    return [...begin, this.#contentEvent('response.refusal.delta', open, { delta })]
  }

  #cite({ url, title }: Extract<Part, { type: 'source' }>): ResponseEvent[] {
    const open = this.#open.get(this.#lastText ?? '')
    const [content] = open?.item.type === 'message' ? open.item.content : []
    if (url === undefined || open === undefined || content?.type !== 'output_text') return []
    const at = content.text.length
    const annotation: UrlCitation = {
      type: 'url_citation',
      url,
      title: title ?? '',
      start_index: at,
      end_index: at,
    }
    const annotation_index = content.annotations.push(annotation) - 1
    return [
      this.#contentEvent('response.output_text.annotation.added', open, { annotation_index, annotation }),
    ]
  }

  #close(id: string): ResponseEvent[] {
    const open = this.#open.get(id)
    if (open === undefined) return []
    return [...this.#lastWords(open), ...this.#closeItem(id, open)]
  }

  /** What repeats an item's text whole before the item is done. */
  #lastWords(open: Open): ResponseEvent[] {
    const { item } = open
    if (item.type === 'message') return item.content.flatMap(part => this.#contentDone(open, part))
    if (item.type !== 'reasoning') return []
    return item.summary.flatMap(part => [
      this.#summaryEvent('response.reasoning_summary_text.done', open, { text: part.text }),
      this.#summaryEvent('response.reasoning_summary_part.done', open, { part }),
    ])
  }

  #contentDone(open: Open, part: ResponseContent): ResponseEvent[] {
    const whole =
      part.type === 'refusal'
        ? this.#contentEvent('response.refusal.done', open, { refusal: part.refusal })
        : this.#contentEvent('response.output_text.done', open, { text: part.text, logprobs: [] })
    return [whole, this.#contentEvent('response.content_part.done', open, { part })]
  }

  #closeItem(id: string, { item, index }: Open, incomplete?: true): ResponseEvent[] {
    this.#open.delete(id)
    item.status = incomplete ? 'incomplete' : 'completed'
    return [this.#event('response.output_item.done', { output_index: index, item: structuredClone(item) })]
  }

  #finish({ reason, usage }: Extract<Part, { type: 'finish' }>): ResponseEvent[] {
    const closing = [...this.#open.keys()].flatMap(id => this.#close(id))
    const { status, incomplete_details } = endOf(reason)
    Object.assign(this.#response, { status, incomplete_details, usage: toResponseUsage(usage) })
    const streamseal = defined({ streamseal: this.#streamseal })
    Object.assign(this.#response, streamseal)
    const type = status === 'completed' ? 'response.completed' : 'response.incomplete'
    return [...closing, this.#event(type, { response: this.#snapshot(), ...streamseal })]
  }

  #fail(failure: StreamError): ResponseEvent[] {
    const { error } = toOpenAIError(failure).body
    const event = this.#event('error', { error })
    Object.assign(this.#response, { status: 'failed', error: { code: error.code, message: error.message } })
    const streamseal = defined({ streamseal: this.#streamseal })
    return [event, this.#event('response.failed', { response: this.#snapshot(), ...streamseal })]
  }
}

function endOf(reason: FinishReason): Pick<OpenAIResponse, 'status' | 'incomplete_details'> {
  if (reason === 'length')
    return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
  if (reason === 'content-filter')
    return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }
  return { status: reason === 'aborted' ? 'cancelled' : 'completed', incomplete_details: null }
}

/**
 * A run as events. A failed run ends in `error` and `response.failed`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { toResponseEvents } from '@streamseal/stream/openai-wire'
 * let text = ''
 * const run = generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' })
 * for await (const { type, delta } of toResponseEvents(run)) if (type === 'response.output_text.delta') text += delta
 * assert.equal(text, 'Hello')
 * ```
 */
export async function* toResponseEvents(
  run: Deliverable,
  options: ResponseEventOptions = {},
): AsyncGenerator<ResponseEvent, undefined> {
  const machine = createResponseEvents({ id: `resp_${run.id}`, ...options })
  for await (const part of run.parts) {
    yield* machine.take(part)
    if (part.type === 'restart') return
  }
}

/**
 * Waits for the run and writes it as one response; rejects with the run's `StreamError`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { toOpenAIResponse } from '@streamseal/stream/openai-wire'
 * const response = await toOpenAIResponse(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }))
 * assert.equal(response.status, 'completed')
 * ```
 */
export async function toOpenAIResponse(
  run: Deliverable,
  options: ResponseEventOptions = {},
): Promise<OpenAIResponse> {
  const machine = createResponseEvents({ id: `resp_${run.id}`, ...options })
  for await (const part of run.parts) {
    if (part.type === 'error' || part.type === 'restart') throw new StreamError(part.message, part)
    const whole = machine.take(part).at(-1)?.response
    if (part.type === 'finish' && whole !== undefined) return whole
  }
  throw new StreamError('The run ended without a finish', { code: 'STREAM_INCOMPLETE' })
}
