/** Takes the events of a stream that repeat the likeness of an earlier one, without parsing them. */
import type { AnswerSeal } from '../sealing/answer-seal.ts'
import type { ChatChunk } from './chat-chunk.ts'
import { type RepeatedEvent, repeatedEvent } from './repeated-event.ts'

/** Texts that are nobody's to seal, and pass. */
const passing = [
  ['choices', 0, 'delta', 'reasoning_content'],
  ['choices', 0, 'delta', 'reasoning'],
  ['choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments'],
] as const

/** The first events are left alone: each stream begins with another one, and nothing may delay its first word. */
const unlearned = 2

/** So many likenesses may be learned in vain; then only each 64th event is looked at. */
const maxVain = 8
const lookEvery = 64

/** The repeated events of one stream. */
export class RepeatedEvents {
  /** What the last `feed` took: bytes, and events. */
  taken = 0
  count = 0
  /** What a seal threw. */
  failure: unknown
  readonly #maxEventBytes: number
  #likeness: RepeatedEvent | undefined
  #seal: AnswerSeal | undefined
  #vain = 0
  #looked = 0

  constructor(maxEventBytes: number) {
    this.#maxEventBytes = maxEventBytes
  }

  /** Learns from an event that has been read: one choice, not finished, without a usage. Its text is given to `seal`. */
  learn(event: string, chunk: ChatChunk, seal: AnswerSeal | undefined): void {
    const [choice] = chunk.choices
    this.#looked++
    if (this.#looked <= unlearned) return
    if (chunk.choices.length !== 1 || choice === undefined || choice.texts.length > 1) return
    if (choice.finishReason !== undefined || chunk.head.usage) return
    if (this.#vain >= maxVain && this.#looked % lookEvery !== 0) return
    this.#vain++
    const [text] = choice.texts
    // Where a mark goes in, the list of tokens changes as well.
    if (text?.tokens !== undefined) return
    const paths = text === undefined ? passing : [text.path]
    this.#seal = text === undefined ? undefined : seal
    this.#likeness = undefined
    for (const path of paths) this.#likeness ??= repeatedEvent(event, path)
  }

  /** Gives out the events at the beginning of `bytes` that repeat, sealed; what is behind them is for others. */
  feed(bytes: string): string {
    this.taken = 0
    this.count = 0
    const likeness = this.#likeness
    if (likeness === undefined) return ''
    let out = ''
    let sent = 0
    while (this.taken < bytes.length && likeness.match(bytes, this.taken)) {
      if (likeness.end - this.taken > this.#maxEventBytes) break
      const text = this.#seal === undefined ? '' : likeness.textOf(bytes)
      const sealed = this.#sealed(text)
      if (sealed === undefined) break
      this.count++
      this.taken = likeness.end
      if (sealed === text) continue
      out += likeness.withText(bytes, sent, sealed)
      sent = likeness.end
    }
    if (this.count > 0) this.#vain = 0
    return out + bytes.slice(sent, this.taken)
  }

  #sealed(text: string): string | undefined {
    try {
      return text === '' ? text : this.#seal?.feed(text)
    } catch (error) {
      this.failure = error
      return undefined
    }
  }
}
