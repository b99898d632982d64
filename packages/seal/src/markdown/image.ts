/** An image with its target, `![alt](destination "title")` (CommonMark 0.31.2 §6.4): nothing of it is text on the page. */
import * as c from './characters.ts'
import type { Recogniser } from './hold.ts'
import { FAIL, MORE } from './hold.ts'
import { LinkTarget } from './link-target.ts'

export class Image implements Recogniser {
  readonly #target = new LinkTarget()
  #read = 0
  #depth = 0
  #escaped = false
  #lineEnded = false
  #inTarget = false

  reset(): void {
    this.#target.reset()
    this.#read = 0
    this.#depth = 0
    this.#escaped = false
    this.#lineEnded = false
    this.#inTarget = false
  }

  take(codePoint: number): number {
    if (this.#inTarget) return this.#target.take(codePoint)
    if (this.#read < 2) return codePoint === (this.#read++ === 0 ? c.bang : c.openBracket) ? MORE : FAIL
    return this.#takeAlt(codePoint)
  }

  #takeAlt(codePoint: number): number {
    if (codePoint === c.backtick) return FAIL
    if (codePoint === c.lineFeed && this.#lineEnded) return FAIL
    if (!c.isBlank(codePoint)) this.#lineEnded = false
    else if (codePoint === c.lineFeed) this.#lineEnded = true
    if (this.#escaped) this.#escaped = false
    else if (codePoint === c.backslash) this.#escaped = true
    else if (codePoint === c.openBracket) this.#depth++
    else if (codePoint === c.closeBracket && this.#depth-- === 0) this.#inTarget = true
    return MORE
  }
}
