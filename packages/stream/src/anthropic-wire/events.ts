/** A run's parts as the events of Anthropic's Messages API. */
import type { Part } from '../contract.ts'
import { defined } from '../defined.ts'
import type { Deliverable } from '../deliveries/deliverable.ts'
import { type StreamsealField, toStreamsealField } from '../deliveries/streamseal-field.ts'
import { createFirstChoice } from '../first-choice.ts'
import { StreamError } from '../stream-error.ts'
import { BlockOrder } from './block-order.ts'
import { type AnthropicErrorBody, toAnthropicError } from './errors.ts'
import { type StopReason, toStopReason } from './stop-reason.ts'
import { type MessageUsage, toMessageUsage } from './usage.ts'

/** A block of a message's content. */
export type MessageBlock =
  | { type: 'text'; text: string; citations: UrlCitation[] | null }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown }

/** What a text cites. */
export interface UrlCitation {
  type: 'web_search_result_location'
  url: string
  title: string | null
  cited_text: string
  encrypted_index: string
}

/** What a delta adds to a block. */
export type MessageDelta =
  | { type: 'text_delta'; text: string }
  | { type: 'thinking_delta'; thinking: string }
  | { type: 'signature_delta'; signature: string }
  | { type: 'input_json_delta'; partial_json: string }
  | { type: 'citations_delta'; citation: UrlCitation }

/** A message as `message_start` holds it, and as an answer that is not streamed. */
export interface AnthropicMessage {
  id: string
  type: 'message'
  role: 'assistant'
  model: string
  content: MessageBlock[]
  stop_reason: StopReason | null
  stop_sequence: null
  usage: MessageUsage
  streamseal?: StreamsealField
}

/** One event; its name is its `type`. */
export type MessageEvent =
  | { type: 'message_start'; message: AnthropicMessage }
  | { type: 'content_block_start'; index: number; content_block: MessageBlock }
  | { type: 'content_block_delta'; index: number; delta: MessageDelta }
  | { type: 'content_block_stop'; index: number }
  | { type: 'message_delta'; delta: { stop_reason: StopReason; stop_sequence: null }; usage: MessageUsage }
  | { type: 'message_stop'; streamseal?: StreamsealField }
  | AnthropicErrorBody

/** How events are written. */
export interface MessageEventOptions {
  /** Default: `msg_` and the run's id. */
  id?: string
  /** The model's name as the client asked for it; default: what the provider reports. */
  model?: string
}

/** The machine under every delivery to Anthropic's clients. */
export interface MessageEvents {
  /** The events for a part; an `error` part is an `error` event. */
  take(part: Part): MessageEvent[]
}

/**
 * Makes the machine for one stream. It writes the first choice, one block behind the other: what comes of a call while a
 * text is open, as a sealed one is until the run ends, follows that text.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createMessageEvents } from '@streamseal/stream/anthropic-wire'
 * const events = createMessageEvents({ model: 'demo' })
 * assert.equal(events.take({ type: 'start', provider: 'demo', model: 'demo', cursor: 1 })[0]?.type, 'message_start')
 * ```
 */
export function createMessageEvents(options: MessageEventOptions = {}): MessageEvents {
  return new EventWriter(options)
}

const refusalId = 'refusal'

class EventWriter implements MessageEvents {
  readonly #options: MessageEventOptions
  readonly #open = new Map<string, number>()
  readonly #isFirst = createFirstChoice()
  readonly #order = new BlockOrder<MessageEvent>(index => ({ type: 'content_block_stop', index }))
  #blocks = 0
  #isStarted = false
  #lastText: number | undefined
  #streamseal: StreamsealField | undefined

  constructor(options: MessageEventOptions) {
    this.#options = options
  }

  take(part: Part): MessageEvent[] {
    if (!this.#isFirst(part)) return []
    return this.#takeFirst(part).flatMap(event => this.#order.take(event))
  }

  #takeFirst(part: Part): MessageEvent[] {
    switch (part.type) {
      case 'start':
        return this.#start(part)
      case 'text-start':
        return this.#openText(part.id)
      case 'text-delta':
        return this.#delta(part.id, { type: 'text_delta', text: part.delta })
      case 'reasoning-delta':
        return [
          ...this.#openThinking(part.id),
          ...this.#delta(part.id, { type: 'thinking_delta', thinking: part.delta }),
        ]
      case 'reasoning-end':
        return this.#endThinking(part)
      case 'tool-input-start':
        return this.#openBlock(part.id, { type: 'tool_use', id: part.id, name: part.toolName, input: {} })
      case 'tool-input-delta':
        return this.#delta(part.id, { type: 'input_json_delta', partial_json: part.delta })
      case 'text-end':
      case 'tool-input-end':
        return this.#stop(part.id)
      case 'refusal-delta':
        return this.#refuse(part.delta)
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
        return [toAnthropicError(new StreamError(part.message, part)).body]
      default:
        return []
    }
  }

  #start({ model }: Extract<Part, { type: 'start' }>): MessageEvent[] {
    if (this.#isStarted) return []
    this.#isStarted = true
    const message: AnthropicMessage = {
      id: this.#options.id ?? 'msg',
      type: 'message',
      role: 'assistant',
      model: this.#options.model ?? model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: toMessageUsage(),
    }
    return [{ type: 'message_start', message }]
  }

  #openText(id: string): MessageEvent[] {
    this.#lastText = this.#blocks
    return this.#openBlock(id, { type: 'text', text: '', citations: null })
  }

  #openThinking(id: string): MessageEvent[] {
    return this.#open.has(id) ? [] : this.#openBlock(id, { type: 'thinking', thinking: '', signature: '' })
  }

  /** Only Anthropic's own signatures are of use to its clients; a thought that is encrypted has no words before its end. */
  #endThinking({ id, signature }: Extract<Part, { type: 'reasoning-end' }>): MessageEvent[] {
    if (signature?.provider !== 'anthropic') return this.#stop(id)
    if (signature.redacted) {
      return [...this.#openBlock(id, { type: 'redacted_thinking', data: signature.value }), ...this.#stop(id)]
    }
    const signed = this.#delta(id, { type: 'signature_delta', signature: signature.value })
    return [...this.#openThinking(id), ...signed, ...this.#stop(id)]
  }

  #refuse(text: string): MessageEvent[] {
    const begin = this.#open.has(refusalId) ? [] : this.#openText(refusalId)
    return [...begin, ...this.#delta(refusalId, { type: 'text_delta', text })]
  }

  #cite({ url, title, citedText }: Extract<Part, { type: 'source' }>): MessageEvent[] {
    const index = this.#lastText
    if (url === undefined || index === undefined || ![...this.#open.values()].includes(index)) return []
    const citation: UrlCitation = {
      type: 'web_search_result_location',
      url,
      title: title ?? null,
      cited_text: citedText ?? '',
      encrypted_index: '',
    }
    return [{ type: 'content_block_delta', index, delta: { type: 'citations_delta', citation } }]
  }

  #openBlock(id: string, content_block: MessageBlock): MessageEvent[] {
    const index = this.#blocks++
    this.#open.set(id, index)
    return [{ type: 'content_block_start', index, content_block }]
  }

  #delta(id: string, delta: MessageDelta): MessageEvent[] {
    const index = this.#open.get(id)
    return index === undefined ? [] : [{ type: 'content_block_delta', index, delta }]
  }

  #stop(id: string): MessageEvent[] {
    const index = this.#open.get(id)
    if (index === undefined) return []
    this.#open.delete(id)
    return [{ type: 'content_block_stop', index }]
  }

  #finish({ reason, rawReason, usage }: Extract<Part, { type: 'finish' }>): MessageEvent[] {
    const stops = [...this.#open.keys()].flatMap(id => this.#stop(id))
    const delta = { stop_reason: toStopReason(reason, rawReason), stop_sequence: null }
    return [
      ...stops,
      { type: 'message_delta', delta, usage: toMessageUsage(usage) },
      { type: 'message_stop', ...defined({ streamseal: this.#streamseal }) },
    ]
  }
}

/**
 * A run as events. A failed run ends in an `error` event.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { toAnthropicEvents } from '@streamseal/stream/anthropic-wire'
 * import { demo } from '@streamseal/stream/demo'
 * const types: string[] = []
 * for await (const { type } of toAnthropicEvents(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }))) types.push(type)
 * assert.deepEqual(types, ['message_start', 'content_block_start', 'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop'])
 * ```
 */
export async function* toAnthropicEvents(
  run: Deliverable,
  options: MessageEventOptions = {},
): AsyncGenerator<MessageEvent, undefined> {
  const machine = createMessageEvents({ id: `msg_${run.id}`, ...options })
  for await (const part of run.parts) {
    yield* machine.take(part)
    if (part.type === 'restart') return
  }
}
