/** The inside of a fenced code block, shown as it stands, up to its closing fence. */
import type { Fold } from '../skeleton/fold.ts'
import * as c from './characters.ts'

const INSIDE = 0
/** The closing fence's line has ended. */
export const CLOSED = 1
/** The list item or quotation around it has ended without a closing fence; the character is not read. Renderers disagree about what follows. */
export const BROKEN = 2

type State = 'indent' | 'run' | 'after-run' | 'text'

export class FencedCode {
  /** The columns of white space that the present line begins with. */
  indent = 0
  readonly #fold: Fold
  readonly #fence: number
  readonly #count: number
  readonly #base: number
  readonly #quoteDepth: number
  #state: State = 'indent'
  #run = 0
  #quotes = 0
  #skipSpace = false

  /** `base`: the column where the content of the list item around it begins. */
  constructor(fold: Fold, fence: number, count: number, base: number, quoteDepth: number) {
    this.#fold = fold
    this.#fence = fence
    this.#count = count
    this.#base = base
    this.#quoteDepth = quoteDepth
  }

  take(codePoint: number, offset: number): number {
    if (codePoint === c.lineFeed) return this.#endLine(offset)
    switch (this.#state) {
      case 'indent':
        return this.#takeIndent(codePoint, offset)
      case 'run':
      case 'after-run':
        return this.#takeRun(codePoint, offset)
      case 'text':
        this.#fold.push(codePoint, offset)
        return INSIDE
    }
  }

  /** The text has ended. */
  end(offset: number): void {
    if (this.#run < this.#count) this.#writeRun(offset)
  }

  #startLine(): void {
    this.#state = 'indent'
    this.indent = 0
    this.#run = 0
    this.#quotes = 0
    this.#skipSpace = false
  }

  #endLine(offset: number): number {
    const closed = this.#run >= this.#count
    if (!closed && this.#state === 'indent' && this.#quotes < this.#quoteDepth) return BROKEN
    if (!closed) this.#writeRun(offset)
    this.#fold.space(offset)
    this.#startLine()
    return closed ? CLOSED : INSIDE
  }

  #takeIndent(codePoint: number, offset: number): number {
    if (codePoint === c.space || codePoint === c.tab) {
      if (!this.#skipSpace) this.indent = codePoint === c.tab ? (this.indent | 3) + 1 : this.indent + 1
      this.#skipSpace = false
      this.#fold.space(offset)
      return INSIDE
    }
    if (codePoint === c.greater && this.#quotes < this.#quoteDepth) {
      this.#quotes++
      this.indent = 0
      this.#skipSpace = true
      return INSIDE
    }
    if (this.#quotes < this.#quoteDepth || this.indent < this.#base) return BROKEN
    if (codePoint === this.#fence && this.indent < this.#base + 4) {
      this.#state = 'run'
      this.#run = 1
      return INSIDE
    }
    return this.#takeText(codePoint, offset)
  }

  #takeRun(codePoint: number, offset: number): number {
    if (codePoint === this.#fence && this.#state === 'run') {
      this.#run++
      return INSIDE
    }
    if ((codePoint === c.space || codePoint === c.tab) && this.#run >= this.#count) {
      this.#state = 'after-run'
      return INSIDE
    }
    this.#writeRun(offset)
    return this.#takeText(codePoint, offset)
  }

  #takeText(codePoint: number, offset: number): number {
    this.#state = 'text'
    this.#fold.push(codePoint, offset)
    return INSIDE
  }

  /** What looked like a closing fence is code; a run is never long enough to matter beyond the fence's own length. */
  #writeRun(offset: number): void {
    for (let at = 0; at < Math.min(this.#run, this.#count); at++) this.#fold.push(this.#fence, offset)
    this.#run = 0
  }
}
