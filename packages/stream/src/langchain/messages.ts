/** Our messages in the form that every LangChain.js chat model takes. */
import type { ContentPart, Message } from '../contract.ts'
import { toBase64, toDataUrl, webUrl } from '../data-url.ts'
import { defined } from '../defined.ts'
import { parsedToolInput } from '../tool-input.ts'

/** One message of LangChain's, as a plain object. */
export interface LangChainMessage {
  role: string
  content: string | object[]
  tool_calls?: { id: string; name: string; args: unknown; type: 'tool_call' }[]
  tool_call_id?: string
}

/** Each tool result becomes a message of its own. */
export function toLangChainMessages({ role, content }: Message): LangChainMessage[] {
  if (typeof content === 'string') return [{ role, content }]
  const results = content.filter(part => part.type === 'tool-result')
  const messages: LangChainMessage[] = results.map(result => ({
    role: 'tool',
    content: result.output,
    tool_call_id: result.toolCallId,
  }))
  const calls = content.filter(part => part.type === 'tool-call')
  const said = content.flatMap(toContent)
  if (said.length === 0 && calls.length === 0) return messages
  const tool_calls = calls.map(call => ({
    id: call.toolCallId,
    name: call.toolName,
    args: parsedToolInput(call),
    type: 'tool_call' as const,
  }))
  return [...messages, { role, content: said, ...(tool_calls.length === 0 ? {} : { tool_calls }) }]
}

function toContent(part: ContentPart): object[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }]
  if (part.type === 'file') return [fileBlock(part)]
  if (part.type !== 'image') return []
  return [{ type: 'image_url', image_url: { url: toDataUrl(part.data, part.mediaType ?? 'image/png') } }]
}

/** LangChain's own block, which each integration turns into its provider's. */
function fileBlock({ data, mediaType, filename }: Extract<ContentPart, { type: 'file' }>): object {
  const url = webUrl(data)
  const where =
    url === undefined
      ? { source_type: 'base64', data: toBase64(data instanceof URL ? data.href : data) }
      : { source_type: 'url', url }
  const metadata = filename === undefined ? undefined : { filename }
  return { type: 'file', ...where, mime_type: mediaType, ...defined({ metadata }) }
}
