/** A `ModelRequest` as the body of a chat completion request. */

import type { ContentPart, Message, ModelRequest } from '../contract.ts'
import { toDataUrl } from '../data-url.ts'
import { defined } from '../defined.ts'
import { toExtraContent } from '../extra-content.ts'

/** How an imitator's request differs from OpenAI's. */
export interface ChatDialect {
  /** Whether `stream_options.include_usage` is understood; default true. */
  streamUsage?: boolean
  /** The name of the output limit; default `max_tokens`. */
  maxTokensKey?: 'max_tokens' | 'max_completion_tokens'
  /** Whether JSON schemas are understood; otherwise plain JSON mode is asked for. Default true. */
  jsonSchema?: boolean
  /** Whether a model's reasoning is sent back with its answer, as DeepSeek demands while tools are called. Default false. */
  sendReasoning?: boolean
  /** Whether `[DONE]` ends an answer that names no finish reason, as some imitators have it; otherwise that is `STREAM_INCOMPLETE`. Default true. */
  doneIsEnough?: boolean
}

/** The body, always streaming. `providerOptions` win over everything but `stream`. */
export function chatRequest(
  model: string,
  request: ModelRequest,
  dialect: ChatDialect = {},
): Record<string, unknown> {
  const { streamUsage = true, maxTokensKey = 'max_tokens' } = dialect
  return {
    ...defined({
      model,
      messages: request.messages.flatMap(message => chatMessages(message, dialect.sendReasoning ?? false)),
      stream_options: streamUsage ? { include_usage: true } : undefined,
      [maxTokensKey]: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      frequency_penalty: request.frequencyPenalty,
      presence_penalty: request.presencePenalty,
      stop: request.stopSequences,
      seed: request.seed,
      n: request.choices,
      logprobs: request.topLogprobs === undefined ? undefined : true,
      top_logprobs: request.topLogprobs === 0 ? undefined : request.topLogprobs,
      reasoning_effort: request.reasoningEffort,
      tools: request.tools?.map(tool => ({
        type: 'function',
        function: defined({ name: tool.name, description: tool.description, parameters: tool.inputSchema }),
      })),
      tool_choice: chatToolChoice(request.toolChoice),
      response_format: chatFormat(request.responseFormat, dialect.jsonSchema ?? true),
      ...request.providerOptions,
    }),
    stream: true,
  }
}

function chatToolChoice(choice: ModelRequest['toolChoice']): unknown {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.toolName } } : choice
}

function chatFormat(format: ModelRequest['responseFormat'], jsonSchema: boolean): unknown {
  if (format?.type !== 'json') return undefined
  if (format.schema === undefined || !jsonSchema) return { type: 'json_object' }
  return {
    type: 'json_schema',
    json_schema: { name: format.name ?? 'answer', schema: format.schema, strict: format.strict ?? true },
  }
}

function chatMessages(message: Message, sendReasoning: boolean): Record<string, unknown>[] {
  const { role, content } = message
  if (typeof content === 'string') return [{ role, content }]
  const results = content.filter(part => part.type === 'tool-result')
  const calls = content.filter(part => part.type === 'tool-call')
  const said = content.flatMap(chatContent)
  const reasoning = sendReasoning ? reasoningOf(content) : ''
  const messages: Record<string, unknown>[] = results.map(result => ({
    role: 'tool',
    tool_call_id: result.toolCallId,
    content: result.output,
  }))
  if (said.length === 0 && calls.length === 0) return messages
  messages.push({
    role,
    content: said.length === 0 ? null : onlyText(said),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(chatToolCall) }),
  })
  return messages
}

function reasoningOf(content: readonly ContentPart[]): string {
  return content.map(part => (part.type === 'reasoning' ? part.text : '')).join('')
}

function chatToolCall(call: Extract<ContentPart, { type: 'tool-call' }>): unknown {
  const { toolCallId: id, toolName: name, input, signature } = call
  return { id, type: 'function', function: { name, arguments: input }, ...toExtraContent(signature) }
}

// Many imitators understand a plain string only.
function onlyText(parts: { type: string; text?: string }[]): unknown {
  return parts.every(part => part.type === 'text') ? parts.map(part => part.text).join('') : parts
}

function chatContent(part: ContentPart): { type: string; [key: string]: unknown; text?: string }[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }]
  if (part.type === 'image')
    return [{ type: 'image_url', image_url: { url: toDataUrl(part.data, part.mediaType ?? 'image/png') } }]
  if (part.type === 'file') {
    const file_data = toDataUrl(part.data, part.mediaType)
    return [{ type: 'file', file: { filename: part.filename ?? 'file', file_data } }]
  }
  return []
}
