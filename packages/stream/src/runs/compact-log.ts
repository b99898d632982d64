/** A run's parts in little memory: deltas of one block that stand together are one text and where each ends, some 15 bytes a part instead of 80. */
import type { Part } from '../contract.ts'
import { GrowingText } from '../growing-text.ts'

type BlockDelta = Extract<Part, { type: 'text-delta' | 'reasoning-delta' | 'tool-input-delta' }>

/** A page is cut out of few stretches, and adding to a long answer does not copy all of it. */
const partsInStretch = 256

/** The parts from cursor 1 on, without gaps. */
export class CompactLog {
  readonly #entries: (Stretch | Exclude<Part, BlockDelta>)[] = []

  /** Takes the part after the last one. */
  push(part: Part): void {
    if (!isBlockDelta(part)) {
      this.#entries.push(part)
      return
    }
    const last = this.#entries.at(-1)
    if (last instanceof Stretch && last.takes(part)) last.add(part)
    else this.#entries.push(new Stretch(part))
  }

  /** At most `maxParts` parts after the cursor. */
  read(after: number, maxParts: number = Number.POSITIVE_INFINITY): Part[] {
    const found: Part[] = []
    for (let index = this.#indexOf(after + 1); found.length < maxParts; index++) {
      const entry = this.#entries[index]
      if (entry === undefined) break
      if (entry instanceof Stretch) entry.read(after, maxParts, found)
      else if (entry.cursor > after) found.push(entry)
    }
    return found
  }

  /** Of the last entry that begins no later than at the cursor. */
  #indexOf(cursor: number): number {
    let low = 0
    let high = this.#entries.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      const entry = this.#entries[middle]
      if (entry !== undefined && entry.cursor <= cursor) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** Deltas of one block. */
class Stretch {
  readonly type: BlockDelta['type']
  readonly id: string
  /** Of the first. */
  readonly cursor: number
  readonly #text = new GrowingText()
  /** Where each delta ends in the text. */
  readonly #ends: number[] = []

  constructor(first: BlockDelta) {
    this.type = first.type
    this.id = first.id
    this.cursor = first.cursor
    this.add(first)
  }

  takes({ type, id }: BlockDelta): boolean {
    return type === this.type && id === this.id && this.#ends.length < partsInStretch
  }

  add({ delta }: BlockDelta): void {
    this.#text.add(delta)
    this.#ends.push((this.#ends.at(-1) ?? 0) + delta.length)
  }

  /** Adds what stands after the cursor, until `found` has `maxParts`. */
  read(after: number, maxParts: number, found: Part[]): void {
    const { type, id } = this
    const text = this.#text.value
    const first = Math.max(0, after + 1 - this.cursor)
    for (let index = first; index < this.#ends.length && found.length < maxParts; index++) {
      const delta = text.slice(this.#ends[index - 1] ?? 0, this.#ends[index])
      found.push({ type, id, delta, cursor: this.cursor + index })
    }
  }
}

function isBlockDelta(part: Part): part is BlockDelta {
  return part.type === 'text-delta' || part.type === 'reasoning-delta' || part.type === 'tool-input-delta'
}
