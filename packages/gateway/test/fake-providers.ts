/** One answer as OpenAI's chat completions and as Anthropic's messages stream it, from one server that speaks both. */
import {
  type Answer,
  type ProviderServer,
  type ReceivedRequest,
  serveProvider,
} from '@streamseal/stream/testing'

/** What the model says. */
export interface Said {
  readonly text: string
  /** A tool that is called after the text. */
  readonly call?: { readonly name: string; readonly input: string }
}

/** Starts the server; what it says may depend on the request, and an `Answer` is sent as it is. */
export function startFakeProvider(say: (request: ReceivedRequest) => Said | Answer): Promise<ProviderServer> {
  return serveProvider(request => {
    const said = say(request)
    if ('body' in said) return said
    return { body: request.path.startsWith('/v1/messages') ? anthropicStream(said) : chatStream(said) }
  })
}

/** Anthropic's events. */
export function anthropicStream({ text, call }: Said): string {
  const usage = { input_tokens: 9, output_tokens: 1 }
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-test-1', content: [], usage }
  const block = (index: number, content_block: object, deltas: readonly object[]): object[] => [
    { type: 'content_block_start', index, content_block },
    ...deltas.map(delta => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
  const called = call && { type: 'tool_use', id: 'toolu_1', name: call.name, input: {} }
  const inputs = pieces(call?.input ?? '').map(partial_json => ({ type: 'input_json_delta', partial_json }))
  const events = [
    { type: 'message_start', message: head },
    ...block(
      0,
      { type: 'text', text: '' },
      pieces(text).map(piece => ({ type: 'text_delta', text: piece })),
    ),
    ...(called ? block(1, called, inputs) : []),
    {
      type: 'message_delta',
      delta: { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: 12 },
    },
    { type: 'message_stop' },
  ]
  return events.map(event => `event: ${typeOf(event)}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

/** Chat completion chunks. */
export function chatStream({ text, call }: Said): string {
  const chunk = (delta: object, finish_reason: string | null = null, more: object = {}): object => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_732_000_000,
    model: 'gpt-test-1',
    choices: [{ index: 0, delta, finish_reason }],
    ...more,
  })
  const toolCall = (fields: object): object => chunk({ tool_calls: [{ index: 0, ...fields }] })
  const usage = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 }
  const events = [
    chunk({ role: 'assistant', content: '' }),
    ...pieces(text).map(content => chunk({ content })),
    ...(call
      ? [toolCall({ id: 'call_1', type: 'function', function: { name: call.name, arguments: '' } })]
      : []),
    ...pieces(call?.input ?? '').map(piece => toolCall({ function: { arguments: piece } })),
    chunk({}, call ? 'tool_calls' : 'stop'),
    chunk({}, null, { choices: [], usage }),
  ]
  return `${events.map(event => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`
}

function typeOf(event: object): unknown {
  return 'type' in event ? event.type : undefined
}

function pieces(text: string): readonly string[] {
  return text.match(/[\s\S]{1,11}/g) ?? []
}
