/** One text of an answer, from its first piece to its end: buffered, marked, and, where that is wanted, sealed. */
import type { Ending } from '../claims.ts'
import { createSealer, type Sealer } from '../sealer.ts'
import type { Block } from './block.ts'
import { Gate } from './gate.ts'
import type { HandlerConfig } from './handler-config.ts'
import { Placer } from './placer.ts'

/** Why a text carries no block, or why its words are not bound. */
export type FinalizeReason =
  /** The text has no place for the block. */
  | 'NO_TARGET'
  /** There was no text. */
  | 'NO_TEXT'
  /** The target is `none`. */
  | 'TARGET_NONE'
  /** The block is embedded; without a key nothing binds the words. */
  | 'UNKEYED'

/** What is left at a text's end, and what became of it. */
export interface ChannelEnd {
  /** To be appended to the text; may be empty. */
  text: string
  /** Whether the metadata block is in the text. */
  marked: boolean
  reason?: FinalizeReason
  /** To be kept beside the text, where the seal's closing could not be appended. `verifyMetadata` takes it. */
  detached?: string
}

/** The machine for one text. */
export class Channel {
  readonly #block: Block
  readonly #gate: Gate
  readonly #placer: Placer
  readonly #sealer: Sealer | undefined
  readonly #isUnkeyed: boolean
  #hasText = false
  #isFlushed = false
  #end: Promise<ChannelEnd> | undefined

  constructor(config: HandlerConfig) {
    this.#block = config.block
    this.#gate = new Gate(config.minBufferSize)
    this.#placer = new Placer(config.block)
    this.#sealer = config.seal && createSealer(config.seal)
    this.#isUnkeyed = config.isUnkeyed
  }

  /** Whether the block is in what has gone out. */
  get isMarked(): boolean {
    return this.#placer.isPlaced
  }

  /** Characters that have not gone out, in code points. */
  get waiting(): number {
    return this.#gate.waiting
  }

  /** Whether text has gone out that the end still owes something: a block, or the closing of a seal. */
  get isOwed(): boolean {
    return this.#hasText && this.#end === undefined && (this.#sealer !== undefined || !this.isMarked)
  }

  /** The next piece of the text; what comes back is to be sent. */
  feed(piece: string): string {
    if (piece === '') return ''
    this.#hasText = true
    return this.#send(this.#placer.feed(this.#gate.feed(piece)))
  }

  /** What can be said at the end without waiting: all but the closing of the seal. */
  flush(): string {
    if (this.#isFlushed) return ''
    this.#isFlushed = true
    return this.#send(this.#placer.feed(this.#gate.end()) + this.#placer.end())
  }

  #send(text: string): string {
    return this.#sealer && text !== '' ? this.#sealer.feed(text) : text
  }

  /** Ends the text; the same answer whenever it is asked again. */
  finish(ending: Ending): Promise<ChannelEnd> {
    this.#end ??= this.#finish(ending)
    return this.#end
  }

  async #finish(ending: Ending): Promise<ChannelEnd> {
    const rest = this.flush()
    const reason = this.#reason()
    const outcome = { marked: this.isMarked, ...(reason && { reason }) }
    if (!this.#sealer || !this.#hasText) return { text: rest, ...outcome }
    const { text, detached } = await this.#sealer.finish(ending)
    return { text: rest + text, ...outcome, ...(detached !== undefined && { detached }) }
  }

  #reason(): FinalizeReason | undefined {
    if (!this.#hasText) return 'NO_TEXT'
    if (!this.isMarked) return this.#block.target === 'none' ? 'TARGET_NONE' : 'NO_TARGET'
    return this.#isUnkeyed ? 'UNKEYED' : undefined
  }
}
