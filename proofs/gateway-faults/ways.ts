/** The ways in which clients ask the gateway, and how each reads what it is given. */

/** What a client has understood of an answer. */
export interface Reading {
  text: string
  /** The text as the protocol says it again at its end. */
  repeated?: string
  /** The protocol's own end of a good answer has come. */
  ended: boolean
  /** The protocol's own error has come. */
  failed: boolean
  outputTokens?: number
  streamId?: string
  detached?: string
}

/** One way. */
export interface Way {
  readonly name: string
  readonly path: string
  readonly isStream: boolean
  /** The model of stream `number`: its name chooses the upstream's dialect. */
  model(number: number): string
  body(model: string): object
  /** Takes one event's data, or a whole body, or a piece of plain text. */
  take(reading: Reading, data: string): void
  /** Plain text has no error of its own: there a broken connection is one. */
  readonly isPlain?: boolean
}

/** JSON of whatever shape: what is not there reads as undefined. */
// biome-ignore lint/suspicious/noExplicitAny: answers of several protocols, judged by what a client would look at
type Json = any

const messages = [{ role: 'user', content: 'Say something.' }]
const openAIModel = (number: number): string => `storm-${number}`
const anthropicModel = (number: number): string => `claude-storm-${number}`

const chatBody = (model: string): object => ({
  model,
  messages,
  stream: true,
  stream_options: { include_usage: true },
})
const messagesBody = (model: string): object => ({ model, messages, max_tokens: 9000, stream: true })
const responsesBody = (model: string): object => ({ model, input: 'Say something.', stream: true })

function takeChat(reading: Reading, data: string): void {
  if (data === '[DONE]') {
    reading.ended = true
    return
  }
  const event: Json = JSON.parse(data)
  if (event.error !== undefined) reading.failed = true
  reading.text += event.choices?.[0]?.delta?.content ?? ''
  takeUsage(reading, event.usage?.completion_tokens)
  takeSeal(reading, event.streamseal)
}

function takeMessages(reading: Reading, data: string): void {
  const event: Json = JSON.parse(data)
  if (event.type === 'error') reading.failed = true
  if (event.type === 'content_block_delta') reading.text += event.delta.text ?? ''
  if (event.type === 'message_delta') takeUsage(reading, event.usage?.output_tokens)
  if (event.type === 'message_stop') reading.ended = true
  takeSeal(reading, event.streamseal)
}

function takeResponses(reading: Reading, data: string): void {
  if (data === '[DONE]') return
  const event: Json = JSON.parse(data)
  if (event.type === 'error' || event.type === 'response.failed') reading.failed = true
  if (event.type === 'response.output_text.delta') reading.text += event.delta
  if (event.type === 'response.output_text.done') reading.repeated = event.text
  if (event.type === 'response.completed') {
    reading.ended = true
    takeUsage(reading, event.response?.usage?.output_tokens)
  }
  takeSeal(reading, event.streamseal)
}

function takeQuery(reading: Reading, data: string): void {
  const frame: Json = JSON.parse(data)
  reading.text += frame.content
  if (frame.error !== undefined) reading.failed = true
  else if (frame.is_final) {
    reading.ended = true
    reading.repeated = frame.metadata?.final_response
  }
  takeSeal(reading, frame.metadata)
}

function takeWholeChat(reading: Reading, data: string): void {
  const body: Json = JSON.parse(data)
  reading.failed = body.error !== undefined
  reading.ended = typeof body.choices?.[0]?.message?.content === 'string'
  if (reading.ended) reading.text = body.choices[0].message.content
  takeUsage(reading, body.usage?.completion_tokens)
  takeSeal(reading, body.streamseal)
}

function takeUsage(reading: Reading, outputTokens: number | undefined): void {
  if (outputTokens !== undefined) reading.outputTokens = outputTokens
}

function takeSeal(reading: Reading, seal: { stream_id?: string; detached?: string } | undefined): void {
  if (seal?.stream_id !== undefined) reading.streamId = seal.stream_id
  if (seal?.detached !== undefined) reading.detached = seal.detached
}

/** All of them: every route that answers, with an upstream of its own dialect and of the other. */
export const ways: readonly Way[] = [
  {
    name: 'chat completions',
    path: '/v1/chat/completions',
    isStream: true,
    model: openAIModel,
    body: chatBody,
    take: takeChat,
  },
  {
    name: 'chat completions of Anthropic',
    path: '/v1/chat/completions',
    isStream: true,
    model: anthropicModel,
    body: chatBody,
    take: takeChat,
  },
  {
    name: 'chat completions, whole',
    path: '/v1/chat/completions',
    isStream: false,
    model: openAIModel,
    body: model => ({ model, messages }),
    take: takeWholeChat,
  },
  {
    name: 'messages',
    path: '/v1/messages',
    isStream: true,
    model: anthropicModel,
    body: messagesBody,
    take: takeMessages,
  },
  {
    name: 'messages of OpenAI',
    path: '/v1/messages',
    isStream: true,
    model: openAIModel,
    body: messagesBody,
    take: takeMessages,
  },
  {
    name: 'responses',
    path: '/v1/responses',
    isStream: true,
    model: openAIModel,
    body: responsesBody,
    take: takeResponses,
  },
  {
    name: 'responses of Anthropic',
    path: '/v1/responses',
    isStream: true,
    model: anthropicModel,
    body: responsesBody,
    take: takeResponses,
  },
  {
    name: 'query stream',
    path: '/query/stream',
    isStream: true,
    model: openAIModel,
    body: model => ({ model, query: 'Say something.' }),
    take: takeQuery,
  },
  {
    name: 'generate stream',
    path: '/generate-stream',
    isStream: true,
    model: anthropicModel,
    body: model => ({ model, prompt: 'Say something.' }),
    take(reading, data) {
      reading.text += data
    },
    isPlain: true,
  },
]
