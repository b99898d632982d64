/** One session's place in a memory: its greeting first, contents as any memory can keep them, failures as `STORE_UNAVAILABLE`. */
import type { ContentPart, Message } from '../contract.ts'
import { toBase64 } from '../data-url.ts'
import { StreamError } from '../stream-error.ts'
import { withoutAddresses } from '../without-addresses.ts'
import type { ChatMessage, Memory } from './memory.ts'

/** What a log is of. */
export interface SessionLogOptions {
  memory: Memory
  sessionId: string
  greeting: string | undefined
  now: () => Date
}

const greetingTurn = 'greeting'

/** Reads and writes a session. */
export class SessionLog {
  readonly #options: SessionLogOptions
  #greeted: Promise<void> | undefined

  constructor(options: SessionLogOptions) {
    this.#options = options
  }

  /** Everything that was said; a session that has nothing in it begins with its greeting. */
  async load(): Promise<ChatMessage[]> {
    await this.#greet()
    return this.#load()
  }

  add(messages: readonly ChatMessage[]): Promise<void> {
    const kept = messages.map(message => ({ ...message, content: toKept(message.content) }))
    return this.#attempt('keep', memory => memory.append(this.#options.sessionId, kept))
  }

  async clear(): Promise<void> {
    await this.#attempt('forget', memory => memory.clear(this.#options.sessionId))
    this.#greeted = undefined
  }

  #greet(): Promise<void> {
    this.#greeted ??= this.#addGreeting().catch((error: unknown) => {
      this.#greeted = undefined
      throw error
    })
    return this.#greeted
  }

  async #addGreeting(): Promise<void> {
    const { greeting, now } = this.#options
    if (greeting === undefined || (await this.#load()).length > 0) return
    await this.add([{ role: 'assistant', content: greeting, turnId: greetingTurn, at: now().toISOString() }])
  }

  async #load(): Promise<ChatMessage[]> {
    const messages = await this.#attempt('read', memory => memory.load(this.#options.sessionId))
    // Several who begin a session at the same time each find it empty, and greet.
    const first = messages.findIndex(({ turnId }) => turnId === greetingTurn)
    return messages.filter(({ turnId }, index) => turnId !== greetingTurn || index === first)
  }

  async #attempt<Value>(action: string, work: (memory: Memory) => Promise<Value>): Promise<Value> {
    try {
      return await work(this.#options.memory)
    } catch (cause) {
      const why = withoutAddresses(cause instanceof Error ? cause.message : String(cause))
      throw new StreamError(`Cannot ${action} the chat "${this.#options.sessionId}": ${why}`, {
        code: 'STORE_UNAVAILABLE',
        cause,
      })
    }
  }
}

function toKept(content: Message['content']): Message['content'] {
  return typeof content === 'string' ? content : content.map(toKeptPart)
}

/** Memories keep JSON, which has neither bytes nor URLs. */
function toKeptPart(part: ContentPart): ContentPart {
  if (part.type !== 'image' && part.type !== 'file') return part
  return { ...part, data: part.data instanceof URL ? part.data.href : toBase64Once(part.data) }
}

const toBase64Once = (data: string | Uint8Array): string => (typeof data === 'string' ? data : toBase64(data))
