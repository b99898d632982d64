/** What was said in a chat as messages that every provider takes: whole turns, one voice after the other, a question last. */
import type { ContentPart, Message } from '../contract.ts'
import type { ChatMessage } from './memory.ts'

/** The turns in the order in which they began. */
export function turnsOf(messages: readonly ChatMessage[]): ChatMessage[][] {
  const turns = new Map<string, ChatMessage[]>()
  for (const message of messages) {
    const turn = turns.get(message.turnId)
    if (turn === undefined) turns.set(message.turnId, [message])
    else turn.push(message)
  }
  return [...turns.values()]
}

/** The messages of a turn that a provider may be shown; none where a question has no answer. */
export function shownTurn(turn: readonly ChatMessage[]): Message[] {
  const isWhole = turn.every(({ status }) => status !== 'aborted' && status !== 'failed')
  const isAnswered = turn.some(({ role, status }) => role === 'assistant' && status === 'complete')
  const isAsked = turn.some(({ status }) => status === 'asked')
  if (isWhole && (isAnswered || !isAsked)) return turn.map(toMessage)
  // Of an answer that broke off its words are shown, and no call of a tool that has no result.
  const words = turn.map(message => ({ role: message.role, content: textOf(message.content) }))
  const said = words.filter(({ role, content }) => role !== 'tool' && content !== '')
  return said.some(({ role }) => role === 'assistant') ? said : []
}

function toMessage({ role, content }: ChatMessage): Message {
  return { role, content }
}

/** Neighbours of one voice become one message: some providers refuse two questions in a row. */
export function joinVoices(messages: readonly Message[]): Message[] {
  const joined: Message[] = []
  for (const message of messages) {
    const last = joined.at(-1)
    const isSame = last !== undefined && last.role === message.role && message.role !== 'tool'
    if (isSame)
      joined[joined.length - 1] = { role: last.role, content: joinContents(last.content, message.content) }
    else joined.push(message)
  }
  return joined
}

function joinContents(first: Message['content'], second: Message['content']): Message['content'] {
  if (typeof first === 'string' && typeof second === 'string') return `${first}\n\n${second}`
  return [...toParts(first), ...toParts(second)]
}

const toParts = (content: Message['content']): ContentPart[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content

/** The words of a message. */
export function textOf(content: Message['content']): string {
  if (typeof content === 'string') return content
  return content.flatMap(part => (part.type === 'text' ? [part.text] : [])).join('')
}
