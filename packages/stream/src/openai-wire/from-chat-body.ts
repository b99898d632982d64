/** The body of an OpenAI chat completion request as our `ModelRequest`, checked. */
import type { ContentPart, Message, ModelRequest, Tool } from '../contract.ts'
import { defined } from '../defined.ts'
import { StreamError } from '../stream-error.ts'

/** What a client asks for. */
export interface ChatBody {
  model: string
  stream: boolean
  includeUsage: boolean
  request: Omit<ModelRequest, 'signal' | 'connectTimeoutMs'>
}

type Fields = Record<string, unknown>

/**
 * Reads a parsed JSON body.
 * @throws StreamError `INVALID_REQUEST`, naming the field.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { fromChatBody } from '@streamseal/stream/openai-wire'
 * const { model, request } = fromChatBody({ model: 'demo', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5 })
 * assert.equal(model, 'demo')
 * assert.deepEqual(request, { messages: [{ role: 'user', content: 'Hello' }], maxOutputTokens: 5 })
 * ```
 */
export function fromChatBody(body: unknown): ChatBody {
  const fields = object(body, 'the body')
  const messages = array(fields.messages, 'messages').map(readMessage)
  if (messages.length === 0) throw invalid('messages', 'is empty')
  return {
    model: string(fields.model, 'model'),
    stream: fields.stream === true,
    includeUsage: isObject(fields.stream_options) && fields.stream_options.include_usage === true,
    request: {
      messages,
      ...defined({
        maxOutputTokens: number(fields.max_completion_tokens ?? fields.max_tokens, 'max_tokens'),
        temperature: number(fields.temperature, 'temperature'),
        topP: number(fields.top_p, 'top_p'),
        frequencyPenalty: number(fields.frequency_penalty, 'frequency_penalty'),
        presencePenalty: number(fields.presence_penalty, 'presence_penalty'),
        stopSequences: stopOf(fields.stop),
        seed: number(fields.seed, 'seed'),
        choices: number(fields.n, 'n'),
        topLogprobs:
          fields.logprobs === true ? (number(fields.top_logprobs, 'top_logprobs') ?? 0) : undefined,
        reasoningEffort: effortOf(fields.reasoning_effort),
        tools: toolsOf(fields.tools),
        toolChoice: toolChoiceOf(fields.tool_choice),
        responseFormat: formatOf(fields.response_format),
      }),
    },
  }
}

function readMessage(value: unknown, index: number): Message {
  const at = `messages[${index}]`
  const fields = object(value, at)
  const role = string(fields.role, `${at}.role`)
  if (role === 'tool' || role === 'function') return { role: 'tool', content: [toolResult(fields, at)] }
  const content = readContent(fields.content, `${at}.content`)
  if (role === 'system' || role === 'developer') return { role: 'system', content }
  if (role === 'user') return { role, content }
  if (role === 'assistant') return { role, content: withToolCalls(content, fields.tool_calls, at) }
  throw invalid(`${at}.role`, `is "${role}"`)
}

function toolResult(fields: Fields, at: string): ContentPart {
  const toolCallId = typeof fields.tool_call_id === 'string' ? fields.tool_call_id : ''
  const content = readContent(fields.content, `${at}.content`)
  const output =
    typeof content === 'string'
      ? content
      : content.map(part => (part.type === 'text' ? part.text : '')).join('')
  return {
    type: 'tool-result',
    toolCallId,
    toolName: typeof fields.name === 'string' ? fields.name : '',
    output,
  }
}

function withToolCalls(content: string | ContentPart[], value: unknown, at: string): string | ContentPart[] {
  if (value === undefined || value === null) return content
  const calls = array(value, `${at}.tool_calls`).map((call, index): ContentPart => {
    const fields = object(call, `${at}.tool_calls[${index}]`)
    const called = object(fields.function, `${at}.tool_calls[${index}].function`)
    const toolName = string(called.name, 'function.name')
    return {
      type: 'tool-call',
      toolCallId: String(fields.id ?? ''),
      toolName,
      input: String(called.arguments ?? '{}'),
    }
  })
  if (calls.length === 0) return content
  const said: ContentPart[] =
    typeof content === 'string' ? (content === '' ? [] : [{ type: 'text', text: content }]) : content
  return [...said, ...calls]
}

function readContent(value: unknown, at: string): string | ContentPart[] {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  return array(value, at).map((part, index) => readPart(part, `${at}[${index}]`))
}

function readPart(value: unknown, at: string): ContentPart {
  const fields = object(value, at)
  switch (fields.type) {
    case 'text':
      return { type: 'text', text: string(fields.text, `${at}.text`) }
    case 'refusal':
      return { type: 'text', text: string(fields.refusal, `${at}.refusal`) }
    case 'image_url': {
      const image = isObject(fields.image_url) ? fields.image_url.url : fields.image_url
      return { type: 'image', data: string(image, `${at}.image_url.url`) }
    }
    case 'file': {
      const file = object(fields.file, `${at}.file`)
      const data = string(file.file_data, `${at}.file.file_data`)
      const filename = typeof file.filename === 'string' ? { filename: file.filename } : {}
      return { type: 'file', data, mediaType: mediaTypeOf(data), ...filename }
    }
    default:
      throw invalid(`${at}.type`, `is ${JSON.stringify(fields.type)}`)
  }
}

function mediaTypeOf(data: string): string {
  return /^data:([^;,]+)/.exec(data)?.[1] ?? 'application/pdf'
}

function toolsOf(value: unknown): Tool[] | undefined {
  if (value === undefined || value === null) return undefined
  return array(value, 'tools').map((tool, index) => {
    const fields = object(object(tool, `tools[${index}]`).function, `tools[${index}].function`)
    return {
      name: string(fields.name, `tools[${index}].function.name`),
      ...(typeof fields.description === 'string' ? { description: fields.description } : {}),
      inputSchema: isObject(fields.parameters) ? fields.parameters : { type: 'object', properties: {} },
    }
  })
}

function toolChoiceOf(value: unknown): ModelRequest['toolChoice'] {
  if (value === undefined || value === null) return undefined
  if (value === 'auto' || value === 'none' || value === 'required') return value
  const chosen = object(object(value, 'tool_choice').function, 'tool_choice.function')
  return { toolName: string(chosen.name, 'tool_choice.function.name') }
}

function formatOf(value: unknown): ModelRequest['responseFormat'] {
  if (value === undefined || value === null) return undefined
  const fields = object(value, 'response_format')
  if (fields.type === 'text') return { type: 'text' }
  if (fields.type === 'json_object') return { type: 'json' }
  if (fields.type !== 'json_schema')
    throw invalid('response_format.type', `is ${JSON.stringify(fields.type)}`)
  const { schema, name } = object(fields.json_schema, 'response_format.json_schema')
  return defined({
    type: 'json' as const,
    schema: isObject(schema) ? schema : undefined,
    name: typeof name === 'string' ? name : undefined,
  })
}

const efforts: readonly unknown[] = ['none', 'minimal', 'low', 'medium', 'high']

function effortOf(value: unknown): ModelRequest['reasoningEffort'] {
  return efforts.includes(value) ? (value as ModelRequest['reasoningEffort']) : undefined
}

function stopOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return [value]
  return array(value, 'stop').map((stop, index) => string(stop, `stop[${index}]`))
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function object(value: unknown, at: string): Fields {
  if (isObject(value)) return value
  throw invalid(at, 'is not an object')
}

function array(value: unknown, at: string): unknown[] {
  if (Array.isArray(value)) return value
  throw invalid(at, 'is not an array')
}

function string(value: unknown, at: string): string {
  if (typeof value === 'string') return value
  throw invalid(at, 'is not a string')
}

function number(value: unknown, at: string): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw invalid(at, 'is not a number')
}

function invalid(at: string, what: string): StreamError {
  return new StreamError(`Cannot read the request: ${at} ${what}`, { code: 'INVALID_REQUEST' })
}
