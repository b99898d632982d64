/** A `ModelRequest` as the body of a Responses API request. */
import type { ContentPart, Message, ModelRequest } from '../contract.ts'
import { toDataUrl, webUrl } from '../data-url.ts'
import { defined } from '../defined.ts'

/** The body, always streaming. `providerOptions` win over everything but `stream`. */
export function responsesRequest(model: string, request: ModelRequest): Record<string, unknown> {
  return {
    ...defined({
      model,
      input: request.messages.flatMap(items),
      max_output_tokens: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      top_logprobs: request.topLogprobs,
      include: request.topLogprobs === undefined ? undefined : ['message.output_text.logprobs'],
      reasoning: request.reasoningEffort === undefined ? undefined : { effort: request.reasoningEffort },
      tools: request.tools?.map(tool => ({
        type: 'function',
        ...defined({ name: tool.name, description: tool.description, parameters: tool.inputSchema }),
        strict: false,
      })),
      tool_choice: toolChoice(request.toolChoice),
      text: textFormat(request.responseFormat),
      ...request.providerOptions,
    }),
    stream: true,
  }
}

function toolChoice(choice: ModelRequest['toolChoice']): unknown {
  return typeof choice === 'object' ? { type: 'function', name: choice.toolName } : choice
}

function textFormat(format: ModelRequest['responseFormat']): unknown {
  if (format?.type !== 'json') return undefined
  if (format.schema === undefined) return { format: { type: 'json_object' } }
  return {
    format: {
      type: 'json_schema',
      name: format.name ?? 'answer',
      schema: format.schema,
      strict: format.strict ?? true,
    },
  }
}

function items({ role, content }: Message): unknown[] {
  if (typeof content === 'string') return [{ role, content }]
  const result: unknown[] = []
  let said: unknown[] = []
  const flush = (): void => {
    if (said.length > 0) result.push({ role, content: said })
    said = []
  }
  for (const part of content) {
    // OpenAI takes back only what it encrypted itself.
    if (part.type === 'reasoning') continue
    const own = ownItem(part)
    if (own === undefined) said.push(contentItem(part, role === 'assistant'))
    else {
      flush()
      result.push(own)
    }
  }
  flush()
  return result
}

/** Calls and results are items beside the messages. */
function ownItem(part: ContentPart): unknown {
  if (part.type === 'tool-call') {
    return { type: 'function_call', call_id: part.toolCallId, name: part.toolName, arguments: part.input }
  }
  if (part.type === 'tool-result') {
    return { type: 'function_call_output', call_id: part.toolCallId, output: part.output }
  }
  return undefined
}

function contentItem(part: ContentPart, isAnswer: boolean): unknown {
  if (part.type === 'image') {
    return { type: 'input_image', image_url: toDataUrl(part.data, part.mediaType ?? 'image/png') }
  }
  if (part.type === 'file') {
    const file_url = webUrl(part.data)
    if (file_url !== undefined) return { type: 'input_file', file_url }
    const file_data = toDataUrl(part.data, part.mediaType)
    return { type: 'input_file', filename: part.filename ?? 'file', file_data }
  }
  const text = part.type === 'text' ? part.text : ''
  return { type: isAnswer ? 'output_text' : 'input_text', text }
}
