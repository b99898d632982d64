/** The body of a request to Anthropic's Messages API as our `ModelRequest`, checked. */
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
import { notATool, optional, readStops, readTool, readTools } from '../request-fields.ts'

/** What a client asks for. */
export interface MessagesBody {
  model: string
  stream: boolean
  request: Omit<ModelRequest, 'signal' | 'connectTimeoutMs'>
}

/**
 * Reads a parsed JSON body. Tools that Anthropic runs itself are refused, since no other provider has them; what they
 * once answered is left out of the conversation.
 * @throws StreamError `INVALID_REQUEST`, naming the field.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { fromMessagesBody } from '@streamseal/stream/anthropic-wire'
 * const { model, request } = fromMessagesBody({ model: 'demo', max_tokens: 5, system: 'Be brief.', messages: [{ role: 'user', content: 'Hello' }] })
 * assert.equal(model, 'demo')
 * assert.deepEqual(request, { messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Hello' }], maxOutputTokens: 5 })
 * ```
 */
export function fromMessagesBody(body: unknown): MessagesBody {
  const fields = readObject(body, 'the body')
  const toolNames = new Map<string, string>()
  const messages = readArray(fields.messages, 'messages').flatMap((message, index) =>
    readMessage(message, `messages[${index}]`, toolNames),
  )
  if (messages.length === 0) throw unreadable('messages', 'is empty')
  return {
    model: readString(fields.model, 'model'),
    stream: fields.stream === true,
    request: {
      messages: [...systemOf(fields.system), ...messages],
      ...defined({
        maxOutputTokens: readNumber(fields.max_tokens, 'max_tokens'),
        temperature: readNumber(fields.temperature, 'temperature'),
        topP: readNumber(fields.top_p, 'top_p'),
        topK: readNumber(fields.top_k, 'top_k'),
        stopSequences: readStops(fields.stop_sequences, 'stop_sequences'),
        tools: readTools(fields.tools, readOwnTool),
        toolChoice: optional(fields.tool_choice, choice => readChoice(readObject(choice, 'tool_choice'))),
        responseFormat: formatOf(fields.output_config),
      }),
    },
  }
}

function systemOf(value: unknown): Message[] {
  if (value === undefined || value === null) return []
  if (typeof value === 'string') return [{ role: 'system', content: value }]
  const content = readArray(value, 'system').map((block, index) => {
    const { text } = readObject(block, `system[${index}]`)
    return readString(text, `system[${index}].text`)
  })
  return [{ role: 'system', content: content.join('\n\n') }]
}

/** Results of tools are what the user says there; here they are a message of their own, before the rest. */
function readMessage(value: unknown, at: string, toolNames: Map<string, string>): Message[] {
  const { role: said, content } = readObject(value, at)
  const role = readRole(said, `${at}.role`)
  if (typeof content === 'string') return [{ role, content }]
  const parts = readArray(content, `${at}.content`).flatMap((block, index) =>
    readBlock(block, `${at}.content[${index}]`, toolNames),
  )
  const results = parts.filter(part => part.type === 'tool-result')
  const rest = parts.filter(part => part.type !== 'tool-result')
  return [
    ...(results.length === 0 ? [] : [{ role: 'tool' as const, content: results }]),
    ...(rest.length === 0 ? [] : [{ role, content: rest }]),
  ]
}

function readRole(value: unknown, at: string): 'user' | 'assistant' | 'system' {
  if (value === 'user' || value === 'assistant' || value === 'system') return value
  throw unreadable(at, `is ${JSON.stringify(value)}`)
}

function readBlock(value: unknown, at: string, toolNames: Map<string, string>): ContentPart[] {
  const fields = readObject(value, at)
  switch (fields.type) {
    case 'text':
      return [{ type: 'text', text: readString(fields.text, `${at}.text`) }]
    case 'image':
      return [{ type: 'image', ...sourceOf(fields.source, `${at}.source`) }]
    case 'document':
      return [readDocument(fields, at)]
    case 'thinking':
      return [thought(readString(fields.thinking, `${at}.thinking`), fields.signature)]
    case 'redacted_thinking': {
      const value = readString(fields.data, `${at}.data`)
      return [{ type: 'reasoning', text: '', signature: { provider: 'anthropic', value, redacted: true } }]
    }
    case 'tool_use': {
      const [toolCallId, toolName] = [
        readString(fields.id, `${at}.id`),
        readString(fields.name, `${at}.name`),
      ]
      toolNames.set(toolCallId, toolName)
      return [{ type: 'tool-call', toolCallId, toolName, input: JSON.stringify(fields.input ?? {}) }]
    }
    case 'tool_result':
      return [readResult(fields, at, toolNames)]
    default:
      // What the provider's own tools said: `server_tool_use`, `web_search_tool_result` and their kin.
      if (typeof fields.type === 'string' && /^server_|_tool_result$|_tool_use$/.test(fields.type)) return []
      throw unreadable(`${at}.type`, `is ${JSON.stringify(fields.type)}`)
  }
}

function thought(text: string, signature: unknown): ContentPart {
  if (typeof signature !== 'string' || signature === '') return { type: 'reasoning', text }
  return { type: 'reasoning', text, signature: { provider: 'anthropic', value: signature } }
}

function readResult(fields: Fields, at: string, toolNames: Map<string, string>): ContentPart {
  const toolCallId = readString(fields.tool_use_id, `${at}.tool_use_id`)
  return {
    type: 'tool-result',
    toolCallId,
    toolName: toolNames.get(toolCallId) ?? '',
    output: resultText(fields.content, `${at}.content`),
    ...(fields.is_error === true ? { isError: true } : {}),
  }
}

function resultText(value: unknown, at: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  return readArray(value, at)
    .map(block => (isObject(block) && typeof block.text === 'string' ? block.text : ''))
    .join('')
}

function readDocument(fields: Fields, at: string): ContentPart {
  const source = readObject(fields.source, `${at}.source`)
  if (source.type === 'text') return { type: 'text', text: readString(source.data, `${at}.source.data`) }
  const { data, mediaType } = sourceOf(source, `${at}.source`)
  const filename = typeof fields.title === 'string' ? { filename: fields.title } : {}
  return { type: 'file', data, mediaType: mediaType ?? 'application/pdf', ...filename }
}

function sourceOf(value: unknown, at: string): { data: string; mediaType?: string } {
  const source = readObject(value, at)
  if (source.type === 'url') return { data: readString(source.url, `${at}.url`) }
  if (source.type !== 'base64') throw unreadable(`${at}.type`, `is ${JSON.stringify(source.type)}`)
  const mediaType = readString(source.media_type, `${at}.media_type`)
  return { data: readString(source.data, `${at}.data`), mediaType }
}

function readOwnTool(tool: Fields, at: string): Tool {
  if ((tool.type ?? 'custom') !== 'custom') throw notATool(tool, at)
  return readTool(tool, tool.input_schema, at)
}

function readChoice({ type, name }: Fields): ModelRequest['toolChoice'] {
  if (type === 'auto' || type === 'none') return type
  if (type === 'any') return 'required'
  if (type === 'tool') return { toolName: readString(name, 'tool_choice.name') }
  throw unreadable('tool_choice.type', `is ${JSON.stringify(type)}`)
}

function formatOf(value: unknown): ModelRequest['responseFormat'] {
  if (!isObject(value) || !isObject(value.format)) return undefined
  const { type, schema } = value.format
  if (type !== 'json_schema') throw unreadable('output_config.format.type', `is ${JSON.stringify(type)}`)
  return { type: 'json', schema: readObject(schema, 'output_config.format.schema') }
}
