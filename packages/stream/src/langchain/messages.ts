/** Our messages in the form that every LangChain.js chat model takes. */
import type { ContentPart, Message } from '../contract.ts'
import { toDataUrl } from '../data-url.ts'

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
  const tool_calls = calls.map(({ toolCallId, toolName, input }) => ({
    id: toolCallId,
    name: toolName,
    args: JSON.parse(input || '{}') as unknown,
    type: 'tool_call' as const,
  }))
  return [...messages, { role, content: said, ...(tool_calls.length === 0 ? {} : { tool_calls }) }]
}

function toContent(part: ContentPart): object[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }]
  if (part.type !== 'image') return []
  return [{ type: 'image_url', image_url: { url: toDataUrl(part.data, part.mediaType ?? 'image/png') } }]
}
