/**
 * A line that draws something and says nothing: thematic break, setext underline, table delimiter row, front matter's
 * fence, or list markers with nothing behind them.
 */
import * as c from './characters.ts'
import type { Recogniser } from './hold.ts'
import { DONE, FAIL, MORE } from './hold.ts'

export class RuleLine implements Recogniser {
  /** The line's first character. */
  first = 0
  hasDash = false
  hasColumns = false
  pipes = 0
  /** A paragraph stands before it, which the line may underline. */
  #underlines = false
  #dashes = 0
  #last = 0

  reset(inParagraph: boolean): void {
    this.#underlines = inParagraph
    this.first = 0
    this.hasDash = false
    this.hasColumns = false
    this.pipes = 0
    this.#dashes = 0
    this.#last = 0
  }

  take(codePoint: number): number {
    if (this.first === 0) this.first = codePoint
    if (codePoint === c.lineFeed) return this.#isTwoDashes ? FAIL : DONE
    if (codePoint === c.space || codePoint === c.tab) {
      this.#last = codePoint
      return MORE
    }
    if (this.first === c.star || this.first === c.equals) return codePoint === this.first ? MORE : FAIL
    if (codePoint === c.pipe) this.pipes++
    if (codePoint === c.dash) this.#takeDash()
    else if (codePoint === c.pipe || codePoint === c.colon) this.hasColumns = true
    else return FAIL
    return MORE
  }

  #takeDash(): void {
    this.hasDash = true
    this.#dashes += this.#dashes === 0 || this.#last === c.dash ? 1 : 3
    this.#last = c.dash
  }

  /** `--` alone, as above a signature: too short for a break, and text unless it underlines. */
  get #isTwoDashes(): boolean {
    return this.#dashes === 2 && !this.hasColumns && !this.#underlines
  }
}
