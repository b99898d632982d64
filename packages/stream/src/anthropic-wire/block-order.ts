/**
 * Puts blocks that are open side by side behind each other. Anthropic's clients read a block at its stop, and a text's deltas,
 * as those of the newest one: a text that ends with the run, behind the calls of tools, would make them see the last call twice.
 */

interface BlockEvent {
  readonly type: string
  /** Which block it belongs to; none where it belongs to the message. */
  readonly index?: number
}

/** Holds what belongs to a later block while one is open; that is no longer than what a run may hold. */
export class BlockOrder<Event extends BlockEvent> {
  readonly #stopOf: (index: number) => Event
  /** The block that the client has open. */
  #open: number | undefined
  #held: Event[] = []

  constructor(stopOf: (index: number) => Event) {
    this.#stopOf = stopOf
  }

  /** The events that are to be sent now. */
  take(event: Event): Event[] {
    if (event.index === undefined) return [...this.#releaseAll(), event]
    if (this.#open !== undefined && this.#open !== event.index) {
      this.#held.push(event)
      return []
    }
    if (event.type !== 'content_block_stop') {
      this.#open = event.index
      return [event]
    }
    this.#open = undefined
    return [event, ...this.#release()]
  }

  #release(): Event[] {
    const held = this.#held
    this.#held = []
    return held.flatMap(event => this.take(event))
  }

  /** A message that fails has blocks without an end: what came of them is sent all the same. */
  #releaseAll(): Event[] {
    const out: Event[] = []
    while (this.#held.length > 0) {
      if (this.#open !== undefined) out.push(this.#stopOf(this.#open))
      this.#open = undefined
      out.push(...this.#release())
    }
    return out
  }
}
