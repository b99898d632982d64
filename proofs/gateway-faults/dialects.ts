/** How each of the two upstream dialects writes an answer. */
import type { Plan } from './plans.ts'

/** The events of a stream: those before the text, one for each piece of it, those behind. */
export interface Events {
  readonly head: readonly string[]
  readonly pieces: readonly string[]
  readonly tail: readonly string[]
  /** The provider's own way to say that it failed. */
  readonly error: string
}

/** A dialect. */
export interface Dialect {
  events(plan: Plan): Events
  whole(plan: Plan): string
}

const chunk = (choices: object[], more: object = {}): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_732_000_000, model: 'storm', choices, ...more })}\n\n`

/** OpenAI's chat completions. */
export const openAI: Dialect = {
  events(plan) {
    const delta = (value: object, finish: string | null = null): string =>
      chunk([{ index: 0, delta: value, finish_reason: finish }])
    return {
      head: [delta({ role: 'assistant', content: '' })],
      pieces: plan.pieces.map(content => delta({ content })),
      tail: [delta({}, 'stop'), chunk([], { usage: openAIUsage(plan) }), 'data: [DONE]\n\n'],
      error: 'data: {"error":{"message":"the model fell over","type":"server_error","code":null}}\n\n',
    }
  },
  whole: plan =>
    JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_732_000_000,
      model: 'storm',
      choices: [
        { index: 0, message: { role: 'assistant', content: plan.pieces.join('') }, finish_reason: 'stop' },
      ],
      usage: openAIUsage(plan),
    }),
}

/** Anthropic's messages. */
export const anthropic: Dialect = {
  events(plan) {
    const event = (type: string, more: object): string =>
      `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`
    const usage = { input_tokens: plan.inputTokens, output_tokens: 1 }
    return {
      head: [
        event('message_start', { message: { ...message, content: [], stop_reason: null, usage } }),
        event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      ],
      pieces: plan.pieces.map(text =>
        event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
      ),
      tail: [
        event('content_block_stop', { index: 0 }),
        event('message_delta', {
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { output_tokens: plan.outputTokens },
        }),
        event('message_stop', {}),
      ],
      error: event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
    }
  },
  whole: plan =>
    JSON.stringify({
      ...message,
      content: [{ type: 'text', text: plan.pieces.join('') }],
      stop_reason: 'end_turn',
      usage: { input_tokens: plan.inputTokens, output_tokens: plan.outputTokens },
    }),
}

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-storm',
  stop_sequence: null,
}

const openAIUsage = (plan: Plan): object => ({
  prompt_tokens: plan.inputTokens,
  completion_tokens: plan.outputTokens,
  total_tokens: plan.inputTokens + plan.outputTokens,
})
