/** What a client of the socket says: a question, messages, or that it has heard enough. */
import type { Message } from '../contract.ts'
import { jsonObject } from '../json-object.ts'
import { StreamError } from '../stream-error.ts'

/** One question. */
export interface SocketQuery {
  /** What to ask the model. */
  messages: Message[]
  /** The client's whole message, for what else it says; `{}` where it was plain text. */
  body: Readonly<Record<string, unknown>>
}

/** A client's message, read. */
export type SocketMessage = SocketQuery | 'cancel'

/** The system message where a question brings none. */
export const defaultSystem = 'You are a helpful assistant.'

/** Reads `{"query": …}`, `{"messages": […]}`, `{"type": "cancel"}`, or text that is no JSON object where `allowText`. Throws `INVALID_REQUEST`. */
export function readQuery(
  text: string,
  { allowText, system }: { allowText: boolean; system: string },
): SocketMessage {
  const body = jsonObject(text)
  if (body === undefined && !allowText) throw invalid('Cannot read the message: it is not a JSON object')
  if (body?.type === 'cancel') return 'cancel'
  if (Array.isArray(body?.messages) && body.messages.length > 0) {
    return { messages: body.messages.map(readMessage), body }
  }
  const query = body === undefined ? text : (body.query ?? body.message)
  if (typeof query !== 'string' || query.trim() === '') throw invalid('No query provided')
  return {
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: query },
    ],
    body: body ?? {},
  }
}

function readMessage(value: unknown, index: number): Message {
  const { role, content } = Object(value) as Partial<Message>
  const isKnown = role === 'system' || role === 'user' || role === 'assistant'
  if (isKnown && typeof content === 'string') return { role, content }
  throw invalid(
    `Cannot read messages[${index}]: expected a role ("system", "user" or "assistant") and a text as content`,
  )
}

function invalid(message: string): StreamError {
  return new StreamError(message, { code: 'INVALID_REQUEST' })
}
