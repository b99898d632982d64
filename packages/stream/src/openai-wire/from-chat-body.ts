/** The body of an OpenAI chat completion request as our `ModelRequest`, checked. */
import type { ContentPart, Message, ModelRequest, Tool } from '../contract.ts'
import { defined } from '../defined.ts'
import { type ExtraContent, fromExtraContent } from '../extra-content.ts'
import {
  type Fields,
  isObject,
  readArray,
  readNumber,
  readObject,
  readString,
  unreadable,
} from '../read-fields.ts'
import { optional, readFormat, readStops, readTool, readToolChoice, readTools } from '../request-fields.ts'
import { effortOf, mediaTypeOf } from './shared-fields.ts'

/** What a client asks for. */
export interface ChatBody {
  model: string
  stream: boolean
  includeUsage: boolean
  request: Omit<ModelRequest, 'signal' | 'connectTimeoutMs'>
}

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
  const fields = readObject(body, 'the body')
  const messages = readArray(fields.messages, 'messages').map(readMessage)
  if (messages.length === 0) throw unreadable('messages', 'is empty')
  return {
    model: readString(fields.model, 'model'),
    stream: fields.stream === true,
    includeUsage: isObject(fields.stream_options) && fields.stream_options.include_usage === true,
    request: {
      messages,
      ...defined({
        maxOutputTokens: readNumber(fields.max_completion_tokens ?? fields.max_tokens, 'max_tokens'),
        temperature: readNumber(fields.temperature, 'temperature'),
        topP: readNumber(fields.top_p, 'top_p'),
        frequencyPenalty: readNumber(fields.frequency_penalty, 'frequency_penalty'),
        presencePenalty: readNumber(fields.presence_penalty, 'presence_penalty'),
        stopSequences: stopOf(fields.stop),
        seed: readNumber(fields.seed, 'seed'),
        choices: readNumber(fields.n, 'n'),
        topLogprobs:
          fields.logprobs === true ? (readNumber(fields.top_logprobs, 'top_logprobs') ?? 0) : undefined,
        reasoningEffort: effortOf(fields.reasoning_effort),
        tools: readTools(fields.tools, readOwnTool),
        toolChoice: readToolChoice(fields.tool_choice, readChoice),
        responseFormat: formatOf(fields.response_format),
      }),
    },
  }
}

function readMessage(value: unknown, index: number): Message {
  const at = `messages[${index}]`
  const fields = readObject(value, at)
  const role = readString(fields.role, `${at}.role`)
  if (role === 'tool' || role === 'function') return { role: 'tool', content: [toolResult(fields, at)] }
  const content = readContent(fields.content, `${at}.content`)
  if (role === 'system' || role === 'developer') return { role: 'system', content }
  if (role === 'user') return { role, content }
  if (role === 'assistant') return { role, content: withToolCalls(content, fields.tool_calls, at) }
  throw unreadable(`${at}.role`, `is "${role}"`)
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
  const calls = readArray(value, `${at}.tool_calls`).map((call, index): ContentPart => {
    const fields = readObject(call, `${at}.tool_calls[${index}]`)
    const called = readObject(fields.function, `${at}.tool_calls[${index}].function`)
    const toolName = readString(called.name, 'function.name')
    return {
      type: 'tool-call',
      toolCallId: String(fields.id ?? ''),
      toolName,
      input: String(called.arguments ?? '{}'),
      ...defined({ signature: fromExtraContent(fields.extra_content as ExtraContent) }),
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
  return readArray(value, at).map((part, index) => readPart(part, `${at}[${index}]`))
}

function readPart(value: unknown, at: string): ContentPart {
  const fields = readObject(value, at)
  switch (fields.type) {
    case 'text':
      return { type: 'text', text: readString(fields.text, `${at}.text`) }
    case 'refusal':
      return { type: 'text', text: readString(fields.refusal, `${at}.refusal`) }
    case 'image_url': {
      const image = isObject(fields.image_url) ? fields.image_url.url : fields.image_url
      return { type: 'image', data: readString(image, `${at}.image_url.url`) }
    }
    case 'file': {
      const file = readObject(fields.file, `${at}.file`)
      const data = readString(file.file_data, `${at}.file.file_data`)
      const filename = typeof file.filename === 'string' ? { filename: file.filename } : {}
      return { type: 'file', data, mediaType: mediaTypeOf(data), ...filename }
    }
    default:
      throw unreadable(`${at}.type`, `is ${JSON.stringify(fields.type)}`)
  }
}

function readOwnTool({ function: declared }: Fields, at: string): Tool {
  const fields = readObject(declared, `${at}.function`)
  return readTool(fields, fields.parameters, `${at}.function`)
}

function readChoice({ function: chosen }: Fields): ModelRequest['toolChoice'] {
  const { name } = readObject(chosen, 'tool_choice.function')
  return { toolName: readString(name, 'tool_choice.function.name') }
}

function formatOf(value: unknown): ModelRequest['responseFormat'] {
  return optional(value, format => {
    const { type, json_schema } = readObject(format, 'response_format')
    const described = (): Fields => readObject(json_schema, 'response_format.json_schema')
    return readFormat(type, described, 'response_format')
  })
}

function stopOf(value: unknown): string[] | undefined {
  return typeof value === 'string' ? [value] : readStops(value, 'stop')
}
