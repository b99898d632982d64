/** A short answer in each provider's format, for faults to be put into. */
import { frameRecording, type RecordingKind } from './frame-recording.ts'

const words = ['Grüße ', 'aus ', 'Zürich', ': 👩‍👩‍👧 ', '東京は', '雨です。']

/** The text of every sample. */
export const sampleText: string = words.join('')

const chat = (model: string): object[] => [
  {
    id: 'c1',
    model,
    choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
  },
  ...words.map(content => ({
    id: 'c1',
    model,
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  })),
  { id: 'c1', model, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { id: 'c1', model, choices: [], usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 } },
]

const responses: object[] = [
  { type: 'response.created', response: { id: 'r1', model: 'sample' } },
  ...words.map(delta => ({ type: 'response.output_text.delta', item_id: 'm1', content_index: 0, delta })),
  { type: 'response.output_text.done', item_id: 'm1', content_index: 0, text: sampleText },
  { type: 'response.completed', response: { id: 'r1', usage: { input_tokens: 9, output_tokens: 12 } } },
]

const google: object[] = [
  ...words.map(text => ({
    modelVersion: 'sample',
    candidates: [{ index: 0, content: { parts: [{ text }] } }],
  })),
  {
    candidates: [{ index: 0, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 12 },
  },
]

const anthropic: object[] = [
  {
    type: 'message_start',
    message: { id: 'm1', model: 'sample', usage: { input_tokens: 9, output_tokens: 1 } },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  ...words.map(text => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 12 } },
  { type: 'message_stop' },
]

const events: Record<RecordingKind, object[]> = {
  'openai-chat': chat('sample'),
  'openai-responses': responses,
  compatible: chat('sample'),
  google,
  anthropic,
}

const errorFrames: Record<RecordingKind, object> = {
  'openai-chat': { error: { message: 'The server had an error', type: 'server_error', code: null } },
  'openai-responses': { type: 'error', error: { message: 'The server had an error', code: 'server_error' } },
  compatible: { error: { message: 'The server had an error', type: 'server_error', code: 500 } },
  google: { error: { message: 'Internal error', status: 'INTERNAL', code: 500 } },
  anthropic: { type: 'error', error: { message: 'Internal server error', type: 'api_error' } },
}

/**
 * The stream whole.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { sampleStream } from '@streamseal/stream/testing'
 * assert.match(new TextDecoder().decode(sampleStream('anthropic')), /message_stop/)
 * ```
 */
export function sampleStream(kind: RecordingKind): Uint8Array {
  return framed(kind, events[kind])
}

/**
 * The stream with the provider's own error in its middle.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { failingSampleStream } from '@streamseal/stream/testing'
 * assert.match(new TextDecoder().decode(failingSampleStream('anthropic')), /api_error/)
 * ```
 */
export function failingSampleStream(kind: RecordingKind): Uint8Array {
  return framed(kind, [...events[kind].slice(0, 4), errorFrames[kind]])
}

/** The provider's own error, and nothing before it but the head. */
export function errorOnlyStream(kind: RecordingKind): Uint8Array {
  return framed(kind, [errorFrames[kind]])
}

/** The stream with an event in its middle that no version of the provider has sent. */
export function unknownEventStream(kind: RecordingKind): Uint8Array {
  const unknown = { type: 'response.thought_bubble.delta', delta: 'no text', bubble: { size: 3 } }
  return framed(kind, [...events[kind].slice(0, 4), unknown, ...events[kind].slice(4)])
}

function framed(kind: RecordingKind, list: object[]): Uint8Array {
  return frameRecording(kind, list.map(event => JSON.stringify(event)).join('\n'))
}
