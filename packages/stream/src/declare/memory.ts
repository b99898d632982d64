/** Where chats keep what was said. An implementation is certified by `memorySuite`. */
import type { Message } from '../contract.ts'

/** How a message stands: a question that was asked, an answer and how it ended. */
export type ChatMessageStatus = 'asked' | 'complete' | 'aborted' | 'failed'

/** One message of a chat. */
export interface ChatMessage extends Message {
  /** The turn that it belongs to: a question, and everything that answers it. */
  turnId: string
  /** Absent for messages that were added by hand. */
  status?: ChatMessageStatus
  /** Set on a summary: it stands for this turn and all before it. */
  summaryUpTo?: string
  /** When it was kept, ISO 8601. */
  at: string
}

/** Sessions by id, each a list of messages that only grows. Whoever writes at the same time loses nothing. */
export interface Memory {
  /** The session's messages in the order in which they were appended; an unknown session has none. */
  load(sessionId: string): Promise<ChatMessage[]>
  /** Appends all or none, next to each other. */
  append(sessionId: string, messages: readonly ChatMessage[]): Promise<void>
  /** Forgets the session. */
  clear(sessionId: string): Promise<void>
  close(): Promise<void>
}
