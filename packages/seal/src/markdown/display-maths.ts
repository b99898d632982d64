/** A `$$` block, as renderers with maths have it: from a line that begins with `$$` to a line that is `$$`, blank lines included. */
import { dollar, isBlank } from './characters.ts'

export class DisplayMaths {
  /** The present line is inside. */
  isOpen = false
  /** The line's characters matter. */
  isWatching = false
  /** Renderers disagree about where it ends. */
  isLost = false
  #startsLine = false
  #inRun = false
  #run = 0
  #hasText = false
  #hasMore = false
  #column = 0
  #quoteDepth = 0

  /** A line's text begins, at a column and quotation depth. */
  startLine(first: number, column: number, indent: number, quoteDepth: number): void {
    if (this.isOpen && (indent < this.#column || quoteDepth !== this.#quoteDepth)) this.isLost = true
    if (!this.isOpen) {
      this.#column = column
      this.#quoteDepth = quoteDepth
    }
    this.#startsLine = first === dollar
    if (this.#startsLine && indent >= column + 4) this.isLost = true
    this.isWatching = this.isOpen || this.#startsLine
    this.#inRun = this.#startsLine
    this.#run = 0
    this.#hasText = false
    this.#hasMore = false
  }

  take(codePoint: number): void {
    if (codePoint === dollar && this.#inRun) this.#run++
    else {
      this.#inRun = false
      if (codePoint === dollar) this.#hasMore = true
      if (!isBlank(codePoint)) this.#hasText = true
    }
  }

  endLine(): void {
    if (!this.isWatching) return
    this.isWatching = false
    const fence = this.#startsLine && this.#run >= 2
    if (!this.isOpen) this.isOpen = fence && !this.#hasMore
    else if (fence && !this.#hasText) this.isOpen = false
    else if (fence || this.#hasMore) this.isLost = true
  }
}
