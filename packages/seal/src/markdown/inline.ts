/** The inside of a paragraph: code spans, links, escapes, maths, and whether a mark may stand here (see docs/seal-skeleton.md). */
import type { Fold } from '../skeleton/fold.ts'
import * as c from './characters.ts'
import { InlineMaths } from './inline-maths.ts'
import { Shortcode } from './shortcode.ts'

/** The construct that a character may open; the reader then holds the source back until it is known. */
export const NOTHING = 0
export const LINK_TARGET = 1
export const IMAGE = 2
export const HTML_TAG = 3
export const ENTITY = 4

const specials = new Uint8Array(128)
for (const special of '`\\[]!<&${|(:/%^~') specials[special.charCodeAt(0)] = 1

const maxDepth = 1000

export class Inline {
  /** No mark may stand before the end of the block. */
  poisoned = false
  /** The stretch holds something that renderers disagree about. */
  notComparable = false
  /** What seemed to be code was none, and may have held a tag that hides the rest of the text. */
  hidesRest = false
  /** Between `\\[` and `\\]`, which blank lines do not end. */
  inDisplayMaths = false
  /** The line is a table's row: pipes part its cells. */
  inRow = false
  /** The block holds code with a pipe: where it turns out to be a table's first row, the pipe parted cells. */
  codeHasPipe = false
  /** The pipes in the line. */
  pipes = 0
  readonly #fold: Fold
  #ticks = 0
  #codeTicks = 0
  #codeHoldsMarkup = false
  #codeHoldsTag = false
  #depth = 0
  #justOpened = false
  #justClosed = false
  #escaped = false
  /** A backslash in code in a table's row waits for a pipe. */
  #codeEscaped = false
  readonly #dollars = new InlineMaths()
  readonly #shortcode = new Shortcode()
  #inUrl = false
  #slashes = 0

  constructor(fold: Fold) {
    this.#fold = fold
  }

  /** True where no inline construct is open. */
  get isClear(): boolean {
    return (
      !this.poisoned &&
      !this.hidesRest &&
      this.#codeTicks === 0 &&
      this.#ticks === 0 &&
      this.#depth === 0 &&
      this.pipes === 0 &&
      !this.inDisplayMaths
    )
  }

  get isInCode(): boolean {
    return this.#codeTicks > 0 || this.#ticks > 0
  }

  /** True where ASCII letters need no look: nothing waits for the next character. */
  get isIdle(): boolean {
    if (this.#ticks > 0 || this.#escaped || this.#codeEscaped || this.#dollars.isWatching) return false
    return !this.#justOpened && !this.#justClosed && this.#slashes === 0
  }

  /** Reads one character of text; what it returns, the character may open. */
  take(codePoint: number, offset: number): number {
    if (codePoint === c.backtick && !this.#escaped) {
      this.#ticks++
      this.#settleCodeEscape(offset)
      this.#fold.push(codePoint, offset)
      return NOTHING
    }
    if (this.#ticks > 0) this.#endTicks()
    if (this.#codeTicks > 0) return this.#takeCode(codePoint, offset)
    if (this.#escaped) return this.#takeEscaped(codePoint, offset)
    if (codePoint < 128 && specials[codePoint] === 1) return this.#takeSpecial(codePoint, offset)
    this.#takePlain(codePoint, offset)
    return NOTHING
  }

  /** Reads a character that could have opened a construct and did not. */
  takeLiteral(codePoint: number, offset: number): void {
    this.#takePlain(codePoint, offset)
  }

  endLine(offset: number): void {
    if (this.#ticks > 0) this.#endTicks()
    this.#settleCodeEscape(offset)
    this.#escaped = false
    this.#watchDollars(c.lineFeed)
    this.#shortcode.isOpen = false
    this.#justOpened = false
    this.#justClosed = false
    this.pipes = 0
    this.#inUrl = false
    this.inRow = false
    this.#fold.space(offset)
  }

  endBlock(): void {
    if (this.#codeTicks > 0 && this.#codeHoldsMarkup) this.notComparable = true
    if (this.#codeTicks > 0 && this.#codeHoldsTag) this.hidesRest = true
    this.poisoned = false
    this.codeHasPipe = false
    this.#codeTicks = 0
    this.#ticks = 0
    this.#depth = 0
    this.#dollars.reset()
    this.#fold.ambiguity.delimits = true
    this.#fold.ambiguity.endBlock()
  }

  /** The text has ended. */
  end(offset: number): void {
    this.endLine(offset)
    this.endBlock()
  }

  #takePlain(codePoint: number, offset: number): void {
    this.#justOpened = false
    this.#justClosed = false
    this.#slashes = 0
    if (this.#inUrl && c.isBlank(codePoint)) this.#inUrl = false
    if (this.#dollars.isWatching && codePoint !== c.dollar) this.#watchDollars(codePoint)
    if (this.#shortcode.isOpen && codePoint !== c.colon) this.#shortcode.take(codePoint)
    this.#fold.push(codePoint, offset)
  }

  #endTicks(): void {
    if (this.#codeTicks === 0) {
      this.#codeTicks = this.#ticks
      this.#codeHoldsMarkup = false
      this.#codeHoldsTag = false
      if (this.#ticks > 1) this.poisoned = true
    } else if (this.#codeTicks === this.#ticks) this.#codeTicks = 0
    this.#ticks = 0
    this.#justClosed = false
    this.#justOpened = false
    this.#fold.ambiguity.delimits = this.#codeTicks === 0
  }

  #takeCode(codePoint: number, offset: number): number {
    if (
      codePoint === c.openBracket ||
      codePoint === c.less ||
      codePoint === c.ampersand ||
      codePoint === c.backslash
    )
      this.#codeHoldsMarkup = true
    if (codePoint === c.less) this.#codeHoldsTag = true
    if (codePoint === c.pipe) this.codeHasPipe = true
    if (this.inRow) this.#takeCodeInRow(codePoint, offset)
    else this.#fold.push(codePoint, offset)
    return NOTHING
  }

  /** A pipe ends the cell, and the code in it; behind a backslash it is shown, without the backslash. */
  #takeCodeInRow(codePoint: number, offset: number): void {
    const escaped = this.#codeEscaped
    this.#codeEscaped = codePoint === c.backslash && !escaped
    if (this.#codeEscaped) return
    if (codePoint === c.pipe) this.#takePipeOfCode(escaped, offset)
    else {
      if (escaped) this.#fold.push(c.backslash, offset)
      this.#fold.push(codePoint, offset)
    }
  }

  #takePipeOfCode(escaped: boolean, offset: number): void {
    this.notComparable = true
    if (escaped) this.#fold.push(c.pipe, offset)
    else {
      this.pipes++
      this.#fold.space(offset)
    }
  }

  #settleCodeEscape(offset: number): void {
    if (this.#codeEscaped) this.#fold.push(c.backslash, offset)
    this.#codeEscaped = false
  }

  #takeEscaped(codePoint: number, offset: number): number {
    this.#escaped = false
    if (!c.isAsciiPunctuation(codePoint)) {
      this.#fold.push(c.backslash, offset)
      return this.take(codePoint, offset)
    }
    if ('([`$'.includes(String.fromCharCode(codePoint))) this.poisoned = true
    if (codePoint === c.openBracket) this.inDisplayMaths = true
    if (codePoint === c.closeBracket) this.inDisplayMaths = false
    if (codePoint === c.openParen || codePoint === c.openBracket) this.notComparable = true
    this.#takePlain(codePoint, offset)
    return NOTHING
  }

  #takeSpecial(codePoint: number, offset: number): number {
    switch (codePoint) {
      case c.backslash:
        this.#escaped = true
        return NOTHING
      case c.openBracket:
      case c.closeBracket:
        return this.#takeBracket(codePoint, offset)
      case c.openParen:
        if (this.#justClosed) return this.#mayOpen(LINK_TARGET)
        break
      case c.bang:
        // `[!NOTE]`: some pages show a title in its place.
        if (this.#justOpened) this.#disagree()
        return this.#mayOpen(IMAGE)
      case c.less:
        return this.#mayOpen(HTML_TAG)
      case c.ampersand:
        return this.#mayOpen(ENTITY)
      case c.pipe:
        return this.#takePipe(offset)
      case c.slash:
        return this.#takeSlash(offset)
      default:
        this.#notice(codePoint)
    }
    this.#takePlain(codePoint, offset)
    return NOTHING
  }

  #mayOpen(construct: number): number {
    this.#justOpened = false
    this.#justClosed = false
    this.#slashes = 0
    return construct
  }

  #notice(codePoint: number): void {
    if (codePoint === c.dollar) this.#noticeDollar()
    else if (codePoint === c.openBrace) this.poisoned = true
    // A footnote's label becomes a number; a definition may vanish.
    else if (codePoint === c.caret && this.#justOpened) this.#disagree()
    else if (codePoint === c.colon) this.#justClosed ? this.#disagree() : this.#noticeColon()
    // Linkifiers decode what they show.
    else if (codePoint === c.percent && this.#inUrl) this.notComparable = true
  }

  #noticeDollar(): void {
    this.poisoned = true
    this.#watchDollars(c.dollar)
    this.#dollars.start(this.#fold.isBehindSpace)
  }

  #watchDollars(codePoint: number): void {
    if (this.#dollars.endsBefore(codePoint)) this.notComparable = true
  }

  /** `:tada:`, which some pages show as a picture. */
  #noticeColon(): void {
    if (this.#shortcode.isOpen && this.#fold.isBehindWord) this.notComparable = true
    this.#shortcode.start(this.#fold.isBehindSpace)
  }

  #disagree(): void {
    this.poisoned = true
    this.notComparable = true
  }

  #takeBracket(codePoint: number, offset: number): number {
    const opens = codePoint === c.openBracket
    // A reference, `[text][label]`, is a link where its definition stands anywhere in the text.
    if (opens && this.#justClosed) this.#disagree()
    const closes = !opens && this.#depth > 0
    this.#takePlain(codePoint, offset)
    this.#justOpened = opens
    this.#justClosed = closes
    if (opens && this.#depth < maxDepth) this.#depth++
    if (closes) this.#depth--
    return NOTHING
  }

  #takePipe(offset: number): number {
    this.pipes++
    if (this.inRow) this.#fold.space(offset)
    else this.#takePlain(c.pipe, offset)
    return NOTHING
  }

  #takeSlash(offset: number): number {
    const slashes = this.#slashes + 1
    this.#takePlain(c.slash, offset)
    if (slashes === 2) this.#inUrl = true
    else this.#slashes = slashes
    return NOTHING
  }
}
