/** One answer as OpenAI's chat completions and Responses API and as Anthropic's messages give it, streamed or whole, from one server that speaks all three. */
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
    return 'body' in said ? said : answerOf(request, said)
  })
}

/** What is said, as the request asks for it. */
export function answerOf({ path, body }: ReceivedRequest, said: Said): Answer & { readonly body: string } {
  const isStreamed = Object(body).stream === true
  const whole = (answer: object): Answer & { readonly body: string } => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(answer),
  })
  if (path.startsWith('/v1/messages')) {
    return isStreamed ? { body: anthropicStream(said) } : whole(anthropicMessage(said))
  }
  if (path.startsWith('/v1/responses')) {
    return isStreamed ? { body: responsesStream(said) } : whole(responseOf(said))
  }
  return { body: chatStream(said) }
}

const messageUsage = { input_tokens: 9, output_tokens: 12 }

/** Anthropic's message. */
function anthropicMessage({ text, call }: Said): object {
  const called = call && { type: 'tool_use', id: 'toolu_1', name: call.name, input: JSON.parse(call.input) }
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-test-1',
    content: [{ type: 'text', text, citations: null }, ...(called ? [called] : [])],
    stop_reason: call ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: messageUsage,
  }
}

/** Anthropic's events. */
function anthropicStream({ text, call }: Said): string {
  const usage = { input_tokens: 9, output_tokens: 1 }
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-test-1', content: [], usage }
  const block = (index: number, content_block: object, deltas: readonly object[]): object[] => [
    { type: 'content_block_start', index, content_block },
    ...deltas.map(delta => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
  const called = call && { type: 'tool_use', id: 'toolu_1', name: call.name, input: {} }
  const inputs = pieces(call?.input ?? '').map(partial_json => ({ type: 'input_json_delta', partial_json }))
  return named([
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
  ])
}

const responseHead = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_732_000_000,
  model: 'gpt-test-1',
  error: null,
  incomplete_details: null,
}

/** OpenAI's response. */
function responseOf({ text, call }: Said): object {
  const usage = { input_tokens: 9, output_tokens: 12, total_tokens: 21 }
  return {
    ...responseHead,
    status: 'completed',
    output: [messageItem(text), ...(call ? [callItem(call)] : [])],
    usage,
  }
}

/** OpenAI's events of a response. */
function responsesStream(said: Said): string {
  const { text, call } = said
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  const begun = { ...responseHead, status: 'in_progress', output: [] }
  const [part] = messageItem(text).content
  const item = { ...messageItem(''), status: 'in_progress', content: [] }
  const events = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...pieces(text).map(delta => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index: 0, item: messageItem(text) },
    ...(call ? callEvents(call) : []),
    { type: 'response.completed', response: responseOf(said) },
  ]
  return named(events.map((event, sequence_number) => ({ ...event, sequence_number })))
}

function messageItem(text: string): { readonly content: readonly object[] } {
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }]
  return { ...{ id: 'msg_1', type: 'message', status: 'completed', role: 'assistant' }, content }
}

function callItem({ name, input }: NonNullable<Said['call']>): object {
  const item = { id: 'fc_1', type: 'function_call', status: 'completed', call_id: 'call_1' }
  return { ...item, name, arguments: input }
}

function callEvents(call: NonNullable<Said['call']>): object[] {
  const at = { item_id: 'fc_1', output_index: 1 }
  const item = callItem({ ...call, input: '' })
  return [
    { type: 'response.output_item.added', output_index: 1, item },
    ...pieces(call.input).map(delta => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
    { type: 'response.function_call_arguments.done', ...at, arguments: call.input },
    { type: 'response.output_item.done', output_index: 1, item: callItem(call) },
  ]
}

/** Chat completion chunks. */
function chatStream({ text, call }: Said): string {
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

/** Events that are named after their type. */
function named(events: readonly object[]): string {
  return events.map(event => `event: ${typeOf(event)}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

function typeOf(event: object): unknown {
  return 'type' in event ? event.type : undefined
}

function pieces(text: string): readonly string[] {
  return text.match(/[\s\S]{1,11}/g) ?? []
}
