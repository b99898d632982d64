/** Merges parts for a reader who has missed many: deltas of one block that stand together become one. */
import type { Part } from '../contract.ts'

type Delta = Extract<Part, { delta: string }>

/** Takes parts in order and holds them merged; each merged part has the cursor of the last that it holds. */
export class Coalescer {
  readonly #done: Part[] = []
  #open: Delta | undefined
  #pieces: string[] = []

  take(part: Part): void {
    if (this.#open !== undefined && 'delta' in part && isSameBlock(this.#open, part)) {
      this.#pieces.push(part.delta)
      this.#open = part
      return
    }
    this.#close()
    if ('delta' in part) {
      this.#open = part
      this.#pieces = [part.delta]
    } else this.#done.push(part)
  }

  /** What was taken, merged. */
  finish(): Part[] {
    this.#close()
    return this.#done
  }

  #close(): void {
    // Parts are everybody's: the merged one is new.
    if (this.#open !== undefined) this.#done.push({ ...this.#open, delta: this.#pieces.join('') })
    this.#open = undefined
  }
}

function isSameBlock(open: Delta, part: Delta): boolean {
  return open.type === part.type && blockOf(open) === blockOf(part)
}

function blockOf(part: Delta): string | number | undefined {
  return 'id' in part ? part.id : part.choice
}
