/** `minBufferSize`: text waits until so many characters have come, and then everything flows. */

import { isHigh, isLow } from './place.ts'

/** Holds the beginning of a text back. */
export class Gate {
  readonly #size: number
  #held = ''
  #count = 0

  /** `size` in code points; 0 holds nothing. */
  constructor(size: number) {
    this.#size = size
  }

  /** How many code points wait. */
  get waiting(): number {
    return this.#held === '' ? 0 : this.#count
  }

  /** What may go out now: nothing, or all that waited and this piece. */
  feed(piece: string): string {
    if (this.#count >= this.#size) return piece
    const joins = isHigh(this.#held.charCodeAt(this.#held.length - 1)) && isLow(piece.charCodeAt(0))
    this.#count += countCodePoints(piece, this.#size - this.#count + 1) - (joins ? 1 : 0)
    this.#held += piece
    return this.#count >= this.#size ? this.end() : ''
  }

  /** What still waits. */
  end(): string {
    const held = this.#held
    this.#held = ''
    return held
  }
}

/** Code points up to a limit, so that a long piece is not counted to its end. */
function countCodePoints(text: string, limit: number): number {
  if (text.length >= 2 * limit) return limit
  let count = 0
  for (const _ of text) count++
  return count
}
