/** The opening line of a fenced code block (CommonMark 0.31.2 §4.5); its info string is not text on the page. */
import * as c from './characters.ts'
import type { Recogniser } from './hold.ts'
import { DONE, FAIL, MORE } from './hold.ts'

export class FenceOpener implements Recogniser {
  /** The fence's character, and how many of them. */
  fence = 0
  count = 0
  #inInfo = false

  reset(): void {
    this.fence = 0
    this.count = 0
    this.#inInfo = false
  }

  take(codePoint: number): number {
    if (this.fence === 0) this.fence = codePoint
    if (codePoint === this.fence && !this.#inInfo) {
      this.count++
      return MORE
    }
    if (this.count < 3) return FAIL
    this.#inInfo = true
    if (codePoint === c.backtick && this.fence === c.backtick) return FAIL
    return codePoint === c.lineFeed ? DONE : MORE
  }
}
