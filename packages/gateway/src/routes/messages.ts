/** What the gateway's own routes take as a prompt, and the messages that it becomes. */
import type { Message } from '@streamseal/stream'
import { GatewayError } from '../http/gateway-error.ts'

/** The system message of `/query/stream` where a request brings no messages of its own. */
const systemMessage: Message = { role: 'system', content: 'You are a helpful assistant.' }

/** A query as messages. */
export function messagesOfQuery(query: string): Message[] {
  return [systemMessage, { role: 'user', content: query }]
}

/** Messages as a client sent them, checked: roles and texts. */
export function readMessages(messages: readonly unknown[]): Message[] {
  return messages.map((message, index) => {
    const { role, content } = Object(message) as { role?: unknown; content?: unknown }
    if (isRole(role) && typeof content === 'string') return { role, content }
    throw new GatewayError(
      `Cannot read messages[${index}]: expected a role ("system", "user" or "assistant") and a text as content`,
      { code: 'INVALID_REQUEST', param: `messages[${index}]` },
    )
  })
}

function isRole(role: unknown): role is 'system' | 'user' | 'assistant' {
  return role === 'system' || role === 'user' || role === 'assistant'
}
