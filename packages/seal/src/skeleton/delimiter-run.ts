/** A run of `*`, `_` or `~` that waits for what comes behind it: Markdown's, or a sign that a page shows. */
import { DIGIT, isWordy, SPACE, START, WORD } from './kinds.ts'

export const star = 0x2a
export const underscore = 0x5f
export const tilde = 0x7e

export class DelimiterRun {
  character = 0
  count = 0
  /** The kind of what stands before the run. */
  #before = START
  /** No other delimiter stands directly before. */
  #isFirst = true
  /** Nothing else waits either. */
  #isAlone = true

  start(character: number, before: number, isFirst: boolean, isAlone: boolean): void {
    this.character = character
    this.count = 1
    this.#before = before
    this.#isFirst = isFirst
    this.#isAlone = isAlone
  }

  /** `a * b`, `X ~ N`, where a space follows: no renderer takes a delimiter between spaces for emphasis. */
  get standsAlone(): boolean {
    if (this.count > 1 || this.character === underscore) return false
    return this.#before === SPACE && this.#isFirst
  }

  /** Whether it counts between the character last kept and the one that follows: `2*3`, `snake_case`, `~5`. */
  counts(kind: number, codePoint: number, keptCodePoint: number): boolean {
    if (this.character === tilde) return this.count === 1 && kind === DIGIT
    if (!this.#isAlone) return false
    if (this.character === underscore) return isWordy(this.#before) && isWordy(kind)
    if (this.count > 2) return false
    if (this.#before === DIGIT && kind === DIGIT) return true
    const letterBefore = this.#before === WORD && keptCodePoint < 0x80
    const letterAfter = kind === WORD && codePoint < 0x80
    return this.count === 1 && ((this.#before === DIGIT && letterAfter) || (letterBefore && kind === DIGIT))
  }
}
