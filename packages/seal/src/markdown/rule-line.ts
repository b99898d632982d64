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

  reset(): void {
    this.first = 0
    this.hasDash = false
    this.hasColumns = false
    this.pipes = 0
  }

  take(codePoint: number): number {
    if (this.first === 0) this.first = codePoint
    if (codePoint === c.lineFeed) return DONE
    if (codePoint === c.space || codePoint === c.tab) return MORE
    if (this.first === c.star || this.first === c.equals) return codePoint === this.first ? MORE : FAIL
    if (codePoint === c.pipe) this.pipes++
    if (codePoint === c.dash) this.hasDash = true
    else if (codePoint === c.pipe || codePoint === c.colon) this.hasColumns = true
    else return FAIL
    return MORE
  }
}
