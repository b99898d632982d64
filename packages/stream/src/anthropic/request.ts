/** A `ModelRequest` as the body of Anthropic's messages request. */
import type { ContentPart, Message, ModelRequest } from '../contract.ts'
import { toBase64, webUrl } from '../data-url.ts'
import { defined } from '../defined.ts'
import { messageText } from '../message-text.ts'
import { parsedToolInput } from '../tool-input.ts'

const defaultMaxTokens = 4096

/** The body, always streaming. `providerOptions` win over everything but `stream`. */
export function anthropicRequest(model: string, request: ModelRequest): Record<string, unknown> {
  const system = request.messages.filter(message => message.role === 'system').map(messageText)
  return {
    ...defined({
      model,
      max_tokens: request.maxOutputTokens ?? defaultMaxTokens,
      system: system.length === 0 ? undefined : system.join('\n\n'),
      messages: merged(request.messages.filter(message => message.role !== 'system')),
      temperature: request.temperature,
      top_p: request.topP,
      top_k: request.topK,
      stop_sequences: request.stopSequences,
      tools: request.tools?.map(tool =>
        defined({ name: tool.name, description: tool.description, input_schema: tool.inputSchema }),
      ),
      tool_choice: toolChoice(request.toolChoice),
      output_config: outputConfig(request),
      ...request.providerOptions,
    }),
    stream: true,
  }
}

function outputConfig({ responseFormat }: ModelRequest): unknown {
  if (responseFormat?.type !== 'json' || responseFormat.schema === undefined) return undefined
  return { format: { type: 'json_schema', schema: responseFormat.schema } }
}

function toolChoice(choice: ModelRequest['toolChoice']): unknown {
  if (choice === undefined) return undefined
  if (typeof choice === 'object') return { type: 'tool', name: choice.toolName }
  return { type: choice === 'required' ? 'any' : choice }
}

interface AnthropicMessage {
  role: 'user' | 'assistant'
  content: unknown[]
}

// Roles must alternate, and a tool's result is something that the user says.
function merged(messages: Message[]): AnthropicMessage[] {
  const result: AnthropicMessage[] = []
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const content = blocks(message)
    const last = result.at(-1)
    if (last?.role === role) last.content.push(...content)
    else result.push({ role, content })
  }
  return result
}

function blocks({ content }: Message): unknown[] {
  if (typeof content !== 'string') return content.flatMap(blocksOf)
  // An empty text block is refused.
  return content === '' ? [] : [{ type: 'text', text: content }]
}

function blocksOf(part: ContentPart): unknown[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }]
    case 'image':
      return [{ type: 'image', source: source(part.data, part.mediaType ?? 'image/png') }]
    case 'file':
      return [defined({ type: 'document', source: source(part.data, part.mediaType), title: part.filename })]
    case 'reasoning':
      return thinking(part)
    case 'tool-call':
      return [{ type: 'tool_use', id: part.toolCallId, name: part.toolName, input: parsedToolInput(part) }]
    case 'tool-result':
      return [
        defined({
          type: 'tool_result',
          tool_use_id: part.toolCallId,
          content: part.output,
          is_error: part.isError,
        }),
      ]
  }
}

/** Thoughts are taken back only with Anthropic's own signature. */
function thinking({ text, signature }: Extract<ContentPart, { type: 'reasoning' }>): unknown[] {
  if (signature?.provider !== 'anthropic') return []
  const { value, redacted } = signature
  if (redacted) return [{ type: 'redacted_thinking', data: value }]
  return [{ type: 'thinking', thinking: text, signature: value }]
}

function source(data: string | Uint8Array | URL, mediaType: string): unknown {
  const url = webUrl(data)
  if (url !== undefined) return { type: 'url', url }
  const base64 = toBase64(data instanceof URL ? data.href : data)
  return { type: 'base64', media_type: mediaType, data: base64 }
}
