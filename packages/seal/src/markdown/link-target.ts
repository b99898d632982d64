/** The `(destination "title")` of an inline link (CommonMark 0.31.2 §6.3). */
import * as c from './characters.ts'
import type { Recogniser } from './hold.ts'
import { DONE, FAIL, MORE } from './hold.ts'

type State = 'before' | 'angle' | 'bare' | 'after' | 'title' | 'end'

const maxDepth = 32

export class LinkTarget implements Recogniser {
  #state: State = 'before'
  #depth = 0
  #close = 0
  #escaped = false
  #spaced = false
  #lineEnded = false

  reset(): void {
    this.#state = 'before'
    this.#depth = -1
    this.#escaped = false
    this.#spaced = false
    this.#lineEnded = false
  }

  take(codePoint: number): number {
    if (this.#depth < 0) {
      this.#depth = 0
      return codePoint === c.openParen ? MORE : FAIL
    }
    if (this.#isBlankLine(codePoint)) return FAIL
    if (this.#escaped) {
      this.#escaped = false
      if (c.isAsciiPunctuation(codePoint)) return MORE
    }
    return this.#takeInState(codePoint)
  }

  #isBlankLine(codePoint: number): boolean {
    const blank = codePoint === c.lineFeed && this.#lineEnded
    if (codePoint === c.lineFeed) this.#lineEnded = true
    else if (!c.isBlank(codePoint)) this.#lineEnded = false
    return blank
  }

  #takeInState(codePoint: number): number {
    switch (this.#state) {
      case 'before':
        return this.#takeBefore(codePoint)
      case 'angle':
        return this.#takeAngle(codePoint)
      case 'bare':
        return this.#takeBare(codePoint)
      case 'after':
        return this.#takeAfter(codePoint)
      case 'title':
        return this.#takeTitle(codePoint)
      case 'end':
        if (codePoint === c.closeParen) return DONE
        return c.isBlank(codePoint) ? MORE : FAIL
    }
  }

  #takeBefore(codePoint: number): number {
    if (c.isBlank(codePoint)) return MORE
    if (codePoint === c.less) {
      this.#state = 'angle'
      return MORE
    }
    this.#state = 'bare'
    return this.#takeBare(codePoint)
  }

  #takeAngle(codePoint: number): number {
    if (codePoint === c.lineFeed || codePoint === c.less) return FAIL
    if (codePoint === c.greater) this.#state = 'after'
    this.#escaped = codePoint === c.backslash
    return MORE
  }

  #takeBare(codePoint: number): number {
    if (c.isBlank(codePoint)) {
      if (this.#depth > 0) return FAIL
      this.#state = 'after'
      this.#spaced = true
      return MORE
    }
    if (codePoint === c.closeParen && this.#depth-- === 0) return DONE
    if (codePoint === c.openParen && ++this.#depth > maxDepth) return FAIL
    // A backtick may open code, which binds tighter than the link: rare, and read as text.
    if (codePoint < c.space || codePoint === c.backtick) return FAIL
    this.#escaped = codePoint === c.backslash
    return MORE
  }

  #takeAfter(codePoint: number): number {
    if (codePoint === c.closeParen) return DONE
    if (c.isBlank(codePoint)) {
      this.#spaced = true
      return MORE
    }
    const quote = codePoint === c.doubleQuote || codePoint === c.singleQuote || codePoint === c.openParen
    if (!quote || !this.#spaced) return FAIL
    this.#close = codePoint === c.openParen ? c.closeParen : codePoint
    this.#state = 'title'
    return MORE
  }

  #takeTitle(codePoint: number): number {
    if (codePoint === this.#close) this.#state = 'end'
    else if (codePoint === c.openParen && this.#close === c.closeParen) return FAIL
    this.#escaped = codePoint === c.backslash
    return MORE
  }
}
