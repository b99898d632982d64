/**
 * Tells `$x$` from prices, as pandoc and GitHub do: behind the opening dollar stands no white space, before the closing
 * one neither, and behind it no digit.
 */
import { dollar, isAsciiDigit, isBlank } from './characters.ts'

export class InlineMaths {
  /** A dollar has just come: what follows decides what it is. */
  isWatching = false
  #isOpen = false
  #canClose = false

  /** The block has ended. */
  reset(): void {
    this.isWatching = false
    this.#isOpen = false
  }

  /** A dollar has come. */
  start(isBehindSpace: boolean): void {
    this.isWatching = true
    this.#canClose = this.#isOpen && !isBehindSpace
  }

  /** Takes what follows a dollar; true where the dollar ends maths. */
  endsBefore(next: number): boolean {
    if (!this.isWatching) return false
    this.isWatching = false
    const ends = this.#canClose && !isAsciiDigit(next)
    this.#isOpen = !ends && (this.#isOpen || next === dollar || !isBlank(next))
    return ends
  }
}
