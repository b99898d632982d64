/** The body of a request to OpenAI's Responses API as our `ModelRequest`, checked. */
import type { ContentPart, Message, ModelRequest, Tool } from '../contract.ts'
import { defined } from '../defined.ts'
import {
  type Fields,
  isObject,
  readArray,
  readNumber,
  readObject,
  readString,
  unreadable,
} from '../read-fields.ts'
import { notATool, readFormat, readTool, readToolChoice, readTools } from '../request-fields.ts'
import { effortOf, mediaTypeOf } from './shared-fields.ts'

/** What a client asks for. */
export interface ResponsesBody {
  model: string
  stream: boolean
  request: Omit<ModelRequest, 'signal' | 'connectTimeoutMs'>
}

/** Fields that speak of what a server keeps: without them here, an answer would be to another question. */
const needsAStore = ['previous_response_id', 'conversation', 'prompt'] as const

/**
 * Reads a parsed JSON body. Responses are not kept, so that the conversation must be in `input`; tools that OpenAI runs
 * itself are refused, since no other provider has them.
 * @throws StreamError `INVALID_REQUEST`, naming the field.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { fromResponsesBody } from '@streamseal/stream/openai-wire'
 * const { model, request } = fromResponsesBody({ model: 'demo', instructions: 'Be brief.', input: 'Hello', max_output_tokens: 5 })
 * assert.equal(model, 'demo')
 * assert.deepEqual(request, { messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Hello' }], maxOutputTokens: 5 })
 * ```
 */
export function fromResponsesBody(body: unknown): ResponsesBody {
  const fields = readObject(body, 'the body')
  for (const name of needsAStore) {
    if (fields[name] !== undefined && fields[name] !== null)
      throw unreadable(name, 'refers to something that is not kept here')
  }
  if (fields.background === true) throw unreadable('background', 'is true, and responses are not kept here')
  return {
    model: readString(fields.model, 'model'),
    stream: fields.stream === true,
    request: {
      messages: messagesOf(fields),
      ...defined({
        maxOutputTokens: readNumber(fields.max_output_tokens, 'max_output_tokens'),
        temperature: readNumber(fields.temperature, 'temperature'),
        topP: readNumber(fields.top_p, 'top_p'),
        reasoningEffort: isObject(fields.reasoning) ? effortOf(fields.reasoning.effort) : undefined,
        tools: readTools(fields.tools, readOwnTool),
        toolChoice: readToolChoice(fields.tool_choice, readChoice),
        responseFormat: formatOf(fields.text),
      }),
    },
  }
}

function messagesOf({ instructions, input }: Fields): Message[] {
  const system: Message[] =
    typeof instructions === 'string' ? [{ role: 'system', content: instructions }] : []
  if (typeof input === 'string') return [...system, { role: 'user', content: input }]
  const names = new Map<string, string>()
  const said = readArray(input, 'input').flatMap((item, index) => readItem(item, `input[${index}]`, names))
  if (said.length === 0) throw unreadable('input', 'is empty')
  return [...system, ...said.reduce<Message[]>(joined, [])]
}

/** An answer and its calls are items of their own there, and one message here; so are results that stand together. */
function joined(messages: Message[], message: Message): Message[] {
  const last = messages.at(-1)
  const isOne = last?.role === message.role && (message.role === 'assistant' || message.role === 'tool')
  if (last === undefined || !isOne) return [...messages, message]
  return [...messages.slice(0, -1), { role: last.role, content: [...partsOf(last), ...partsOf(message)] }]
}

function partsOf({ content }: Message): ContentPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

function readItem(value: unknown, at: string, names: Map<string, string>): Message[] {
  const fields = readObject(value, at)
  switch (fields.type ?? 'message') {
    case 'message':
      return [readMessage(fields, at)]
    case 'function_call':
    case 'custom_tool_call': {
      const toolCallId = readString(fields.call_id, `${at}.call_id`)
      const toolName = readString(fields.name, `${at}.name`)
      const input = readString(fields.arguments ?? fields.input, `${at}.arguments`)
      names.set(toolCallId, toolName)
      return [{ role: 'assistant', content: [{ type: 'tool-call', toolCallId, toolName, input }] }]
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const toolCallId = readString(fields.call_id, `${at}.call_id`)
      const output = outputText(fields.output, `${at}.output`)
      const toolName = names.get(toolCallId) ?? ''
      return [{ role: 'tool', content: [{ type: 'tool-result', toolCallId, toolName, output }] }]
    }
    // What another model thought is of no use to this one.
    case 'reasoning':
      return []
    default:
      throw unreadable(`${at}.type`, `is ${JSON.stringify(fields.type)}`)
  }
}

function readMessage({ role, content }: Fields, at: string): Message {
  const read = typeof content === 'string' ? content : readContent(content, `${at}.content`)
  if (role === 'system' || role === 'developer') return { role: 'system', content: read }
  if (role === 'user' || role === 'assistant') return { role, content: read }
  throw unreadable(`${at}.role`, `is ${JSON.stringify(role)}`)
}

function readContent(value: unknown, at: string): ContentPart[] {
  return readArray(value, at).map((part, index) => readPart(part, `${at}[${index}]`))
}

function readPart(value: unknown, at: string): ContentPart {
  const fields = readObject(value, at)
  switch (fields.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: readString(fields.text, `${at}.text`) }
    case 'refusal':
      return { type: 'text', text: readString(fields.refusal, `${at}.refusal`) }
    case 'input_image':
      return { type: 'image', data: readString(fields.image_url, `${at}.image_url`) }
    case 'input_file': {
      const data = readString(fields.file_data ?? fields.file_url, `${at}.file_data`)
      const filename = typeof fields.filename === 'string' ? { filename: fields.filename } : {}
      return { type: 'file', data, mediaType: mediaTypeOf(data), ...filename }
    }
    default:
      throw unreadable(`${at}.type`, `is ${JSON.stringify(fields.type)}`)
  }
}

function outputText(value: unknown, at: string): string {
  if (typeof value === 'string') return value
  return readContent(value, at)
    .map(part => (part.type === 'text' ? part.text : ''))
    .join('')
}

function readOwnTool(tool: Fields, at: string): Tool {
  if (tool.type !== 'function') throw notATool(tool, at)
  return readTool(tool, tool.parameters, at)
}

function readChoice({ type, name }: Fields): ModelRequest['toolChoice'] {
  if (type !== 'function') throw unreadable('tool_choice.type', `is ${JSON.stringify(type)}`)
  return { toolName: readString(name, 'tool_choice.name') }
}

function formatOf(value: unknown): ModelRequest['responseFormat'] {
  if (!isObject(value) || !isObject(value.format)) return undefined
  const { format } = value
  return readFormat(format.type, () => format, 'text.format')
}
