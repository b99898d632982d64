/** Front matter: `---` or `+++` alone on the first line of the text, up to the same again (or `...`). */
import { lineFeed, space, tab } from './characters.ts'

const longest = 4

export class FrontMatter {
  /** True on its lines. */
  isOpen = false
  /** False once there can be none any more. */
  isPossible = true
  #line = ''
  #fence = ''

  take(codePoint: number): void {
    if (codePoint === space || codePoint === tab) return
    if (codePoint !== lineFeed) {
      if (this.#line.length < longest) this.#line += String.fromCodePoint(codePoint)
      return
    }
    if (!this.isOpen && (this.#line === '---' || this.#line === '+++')) {
      this.isOpen = true
      this.#fence = this.#line
    } else if (!this.isOpen || this.#line === this.#fence || this.#line === '...') {
      this.isOpen = false
      this.isPossible = false
    }
    this.#line = ''
  }
}
