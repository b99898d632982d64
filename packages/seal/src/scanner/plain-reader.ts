/** Reads text that is not Markdown: every character is shown. Marks go into lines that begin, at the margin, with a letter or a quote. */
import { classOf, WORD } from '../skeleton/classes.ts'
import type { Fold } from '../skeleton/fold.ts'

const openingQuotes = '"\'“‘«„「『¿¡'

export class PlainReader {
  blocks = 0
  readonly isIdle = false
  readonly showsText = true
  readonly #fold: Fold
  readonly #isProse: boolean
  #column = 0
  #plainLine = false

  /** `isProse`: false for code and data, which have no place for a mark. */
  constructor(fold: Fold, isProse: boolean) {
    this.#fold = fold
    this.#isProse = isProse
  }

  get isClear(): boolean {
    return this.#isProse && this.#plainLine
  }

  take(codePoint: number, offset: number): void {
    this.#fold.push(codePoint, offset)
    if (codePoint === 0x0a || codePoint === 0x0d) {
      if (this.#column === 0) this.blocks++
      this.#column = 0
      this.#plainLine = false
      return
    }
    if (this.#column++ === 0)
      this.#plainLine = classOf(codePoint) === WORD || openingQuotes.includes(String.fromCodePoint(codePoint))
    else if (codePoint === 0x09) this.#plainLine = false
  }

  end(offset: number): void {
    this.#fold.space(offset)
  }

  takeNotComparable(): boolean {
    return false
  }
}
