/** What was said in a chat as messages that every provider takes: whole turns, one voice after the other, the user first. */
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
  const isBroken = turn.some(({ status }) => status === 'aborted' || status === 'failed')
  const isAsked = turn.some(({ status }) => status === 'asked')
  if (!isAsked && !isBroken) return turn.map(toMessage)
  const said = withContent(withSettledCalls(turn.map(toMessage)))
  const last = said.at(-1)
  // What tools have done is done, though nothing was said of it.
  if (last?.role === 'tool')
    return [...said, { role: 'assistant', content: '(The answer was broken off here.)' }]
  return last?.role === 'assistant' ? said : []
}

const toMessage = ({ role, content }: ChatMessage): Message => ({ role, content })

/** Messages that every provider takes. */
export interface AcceptableMessages {
  /** What belongs to the system's message: providers want no other place for it. */
  system: string[]
  /** What the assistant said before the user first did: providers want the user to speak first. */
  opening: string
  messages: Message[]
}

/** Puts messages into the form that the strictest of providers takes. */
export function toAcceptable(messages: readonly Message[]): AcceptableMessages {
  const said = withContent(withSettledCalls(messages))
  const system = said.filter(({ role }) => role === 'system').map(({ content }) => textOf(content))
  const spoken = joinVoices(said.filter(({ role }) => role !== 'system'))
  const first = spoken.findIndex(({ role }) => role === 'user')
  const start = first < 0 ? spoken.length : first
  const opening = spoken.slice(0, start).filter(({ role }) => role === 'assistant')
  return {
    system,
    opening: opening.map(({ content }) => textOf(content)).join('\n\n'),
    messages: spoken.slice(start),
  }
}

/** Providers refuse a call without its result right behind it, and a result without its call. */
function withSettledCalls(messages: readonly Message[]): Message[] {
  return messages.map((message, index) => {
    const { role, content } = message
    if (typeof content === 'string') return role === 'tool' ? { role, content: [] } : message
    if (role === 'tool') {
      const calls = partsOf(callerOf(messages, index), 'tool-call')
      return { role, content: onePerCall(content).filter(part => calls.has(callIdOf(part))) }
    }
    const results = partsOf(resultsBehind(messages, index), 'tool-result')
    const isOpen = (part: ContentPart): boolean => part.type === 'tool-call' && !results.has(part.toolCallId)
    return { role, content: content.filter(part => part.type !== 'tool-result' && !isOpen(part)) }
  })
}

/** The message that a run of results stands behind. */
function callerOf(messages: readonly Message[], index: number): Message[] {
  let at = index
  while (messages[at]?.role === 'tool') at -= 1
  const caller = messages[at]
  return caller?.role === 'assistant' ? [caller] : []
}

function resultsBehind(messages: readonly Message[], index: number): Message[] {
  let end = index + 1
  while (messages[end]?.role === 'tool') end += 1
  return messages.slice(index + 1, end)
}

function partsOf(messages: readonly Message[], type: 'tool-call' | 'tool-result'): Set<string> {
  const parts = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content))
  return new Set(parts.flatMap(part => (part.type === type ? [callIdOf(part)] : [])))
}

const callIdOf = (part: ContentPart): string => ('toolCallId' in part ? part.toolCallId : '')

function onePerCall(content: readonly ContentPart[]): ContentPart[] {
  const results = content.filter(part => part.type === 'tool-result')
  return [...new Map(results.map(part => [callIdOf(part), part])).values()]
}

/** Providers refuse messages and texts in which nothing can be read, and thoughts with nothing behind them. */
function withContent(messages: readonly Message[]): Message[] {
  return messages.flatMap(({ role, content }): Message[] => {
    if (typeof content === 'string') return isBlank(content) ? [] : [{ role, content }]
    const parts = content.filter(part => part.type !== 'text' || !isBlank(part.text))
    return parts.every(({ type }) => type === 'reasoning') ? [] : [{ role, content: parts }]
  })
}

// Marks and their like are taken out before a model is asked.
const readable = /[^\s\p{Cc}\p{Cf}\p{Mn}\p{Default_Ignorable_Code_Point}]/u

/** Whether nothing can be read in it. */
export function isBlank(text: string): boolean {
  return !readable.test(text)
}

/** Neighbours of one voice become one message: some providers refuse two questions in a row. */
function joinVoices(messages: readonly Message[]): Message[] {
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
