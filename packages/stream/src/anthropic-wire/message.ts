/** A finished run as one message of Anthropic's API: its events, gathered. */
import type { Deliverable } from '../deliveries/deliverable.ts'
import { StreamError } from '../stream-error.ts'
import {
  type AnthropicMessage,
  createMessageEvents,
  type MessageBlock,
  type MessageDelta,
  type MessageEvent,
  type MessageEventOptions,
} from './events.ts'

/**
 * Waits for the run and writes it as one message; rejects with the run's `StreamError`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { toAnthropicMessage } from '@streamseal/stream/anthropic-wire'
 * import { demo } from '@streamseal/stream/demo'
 * const message = await toAnthropicMessage(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }))
 * assert.deepEqual(message.content, [{ type: 'text', text: 'Hello', citations: null }])
 * ```
 */
export async function toAnthropicMessage(
  run: Deliverable,
  options: MessageEventOptions = {},
): Promise<AnthropicMessage> {
  const machine = createMessageEvents({ id: `msg_${run.id}`, ...options })
  const gathered = new GatheredMessage()
  for await (const part of run.parts) {
    if (part.type === 'error' || part.type === 'restart') throw new StreamError(part.message, part)
    for (const event of machine.take(part)) gathered.take(event)
  }
  return gathered.message()
}

class GatheredMessage {
  #message: AnthropicMessage | undefined
  readonly #inputs = new Map<number, string>()

  take(event: MessageEvent): void {
    switch (event.type) {
      case 'message_start':
        this.#message = event.message
        break
      case 'content_block_start':
        this.#message?.content.push(event.content_block)
        break
      case 'content_block_delta':
        this.#add(event.index, event.delta)
        break
      case 'content_block_stop':
        this.#readInput(event.index)
        break
      case 'message_delta':
        if (this.#message) Object.assign(this.#message, event.delta, { usage: event.usage })
        break
      case 'message_stop':
        if (this.#message && event.streamseal) this.#message.streamseal = event.streamseal
        break
      default:
    }
  }

  message(): AnthropicMessage {
    if (this.#message?.stop_reason) return this.#message
    throw new StreamError('The run ended without a finish', { code: 'STREAM_INCOMPLETE' })
  }

  #add(index: number, delta: MessageDelta): void {
    const block = this.#message?.content[index]
    if (delta.type === 'input_json_delta') {
      this.#inputs.set(index, (this.#inputs.get(index) ?? '') + delta.partial_json)
    } else if (block !== undefined) addDelta(block, delta)
  }

  /** An input that was cut is no JSON: it is given as the text that it is. */
  #readInput(index: number): void {
    const block = this.#message?.content[index]
    const input = this.#inputs.get(index)
    if (block?.type !== 'tool_use' || input === undefined) return
    try {
      block.input = JSON.parse(input)
    } catch {
      block.input = input
    }
  }
}

function addDelta(block: MessageBlock, delta: MessageDelta): void {
  if (block.type === 'text' && delta.type === 'text_delta') block.text += delta.text
  if (block.type === 'text' && delta.type === 'citations_delta') {
    block.citations = [...(block.citations ?? []), delta.citation]
  }
  if (block.type === 'thinking' && delta.type === 'thinking_delta') block.thinking += delta.thinking
  if (block.type === 'thinking' && delta.type === 'signature_delta') block.signature += delta.signature
}
