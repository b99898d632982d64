/** One turn of a chat: the question is kept before the model is asked, the answer when it has ended, however it has. */
import type { ContentPart, Message } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { newStreamId } from '../stream-id.ts'
import { DeclareError } from './declare-error.ts'
import { isBlank } from './history.ts'
import type { ChatMessage, ChatMessageStatus } from './memory.ts'
import type { SessionLog } from './session-log.ts'
import type { CallSoFar } from './start-call.ts'
import type { TaskResult } from './task-result.ts'
import { unlessStopped } from './unless-stopped.ts'

/** Keeps a turn. */
export class ChatTurn {
  readonly question: Message
  readonly #log: SessionLog
  readonly #now: () => Date
  readonly #turnId = newStreamId()
  #isAsked = false

  constructor(log: SessionLog, content: string | ContentPart[], now: () => Date) {
    this.#log = log
    this.question = { role: 'user', content }
    this.#now = now
  }

  /** Keeps the question, and returns what was said before; rejects with `MESSAGE_INVALID` where it is empty. A memory that does not answer is not waited for once the call is stopped. */
  async ask(signal: AbortSignal): Promise<ChatMessage[]> {
    checkMessage(this.question)
    const history = await unlessStopped(this.#log.load(), signal)
    await this.#log.add([this.#toMessage(this.question, 'asked')])
    this.#isAsked = true
    return history
  }

  /** Keeps the answer; where that fails, the error has it. */
  async answered({ messages, text }: TaskResult<unknown>): Promise<void> {
    try {
      await this.#log.add(messages.map(message => this.#toMessage(message, 'complete')))
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      const { message, code, cause } = error
      throw new StreamError(message, { code, cause, partial: { text } })
    }
  }

  /** Keeps what had come: what tools have done, and the words. */
  async failed(error: unknown, soFar: CallSoFar): Promise<void> {
    // A question that could not be kept has no answer to keep.
    if (!this.#isAsked) return
    const status = error instanceof StreamError && error.code === 'ABORTED' ? 'aborted' : 'failed'
    const settled = soFar.messages.map(message => this.#toMessage(message, 'complete'))
    const words: Message = { role: 'assistant', content: partialText(error) ?? soFar.text }
    await this.#log.add([...settled, this.#toMessage(words, status)])
  }

  #toMessage(message: Message, status: ChatMessageStatus): ChatMessage {
    return { ...message, turnId: this.#turnId, status, at: this.#now().toISOString() }
  }
}

/** Throws `MESSAGE_INVALID` for a message that providers refuse: of no known role, empty, or a tool's without results. */
export function checkMessage({ role, content }: Message): void {
  if (!['user', 'assistant', 'system', 'tool'].includes(role)) {
    throw invalid(`Cannot add a message of the role "${role}": it must be user, assistant, system or tool`)
  }
  if (isEmpty(content)) throw invalid('Cannot add an empty message: there is nothing to be read in it')
  const hasResults = typeof content !== 'string' && content.some(({ type }) => type === 'tool-result')
  if (role === 'tool' && !hasResults) {
    throw invalid("Cannot add a tool's message without results: it must hold parts of the type tool-result")
  }
}

function isEmpty(content: Message['content']): boolean {
  if (typeof content === 'string') return isBlank(content)
  return content.every(part => part.type === 'text' && isBlank(part.text))
}

const invalid = (message: string): DeclareError => new DeclareError(message, { code: 'MESSAGE_INVALID' })

function partialText(error: unknown): string | undefined {
  if (error instanceof StreamError) return error.partial?.text
  return error instanceof DeclareError ? error.text : undefined
}
