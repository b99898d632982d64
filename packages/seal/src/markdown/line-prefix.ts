/** What stands before a line's text: indentation, quote marks, list markers, task boxes. */

import { classOf, WORD } from '../skeleton/classes.ts'
import * as c from './characters.ts'
import { ListStack } from './list-stack.ts'

const openers = '"\'“‘«„「『¿¡*_'

export class LinePrefix {
  /** Columns before the present character, from the line's start or its last quote mark. */
  indent = 0
  quoteDepth = 0
  /** What may be a list marker or a task box, as far as it is read. */
  pending = ''
  /** True where the character just taken began a list item or a quotation. */
  opensBlock = false
  readonly #lists = new ListStack()
  #quotesBefore = 0
  #startsAtMargin = true
  #hasTab = false
  #skipSpace = false
  #markerEnd = -1
  #boxPossible = false
  /** A task box was read: what follows is text, and no marker. */
  #behindBox = false
  /** The line could go on a paragraph, and is not indented as the item is that holds it. */
  #closedItem = false

  /** The column where the innermost list item's content begins: none counts before every quotation around it is seen. */
  get contentColumn(): number {
    return this.quoteDepth < this.#quotesBefore ? 0 : this.#lists.column
  }

  /** True where the line is indented as code is. */
  get isCode(): boolean {
    return this.pending === '' && this.indent >= this.contentColumn + 4
  }

  /** The same, with the item whose marker was just read. */
  get #columnHere(): number {
    return this.#markerEnd < 0 ? this.contentColumn : this.#itemColumn(this.#markerEnd)
  }

  #itemColumn(markerEnd: number): number {
    return this.indent - markerEnd > 4 ? markerEnd + 1 : this.indent
  }

  startLine(): void {
    this.indent = 0
    this.#quotesBefore = this.quoteDepth
    this.quoteDepth = 0
    this.pending = ''
    this.opensBlock = false
    this.#startsAtMargin = true
    this.#hasTab = false
    this.#skipSpace = false
    this.#markerEnd = -1
    this.#boxPossible = false
    this.#behindBox = false
  }

  /** The line holds nothing but its prefix: it goes on no paragraph, so that quotations and what they hold end. */
  endBlankLine(): void {
    this.leaveQuotes()
    if (this.#markerEnd >= 0) this.#lists.push(this.#markerEnd + 1)
  }

  /** The line goes on no paragraph: quotations that it lacks have ended, and the items inside them. */
  leaveQuotes(): void {
    if (this.quoteDepth >= this.#quotesBefore) return
    this.#lists.clear()
    this.#quotesBefore = this.quoteDepth
  }

  /** True behind a task box: what follows is text, whatever it looks like. */
  get isBehindBox(): boolean {
    return this.#behindBox
  }

  /** Takes a character of the prefix; false where the prefix has ended (or `pending` turns out to be text). */
  take(codePoint: number, inParagraph: boolean): boolean {
    this.opensBlock = false
    if (this.pending !== '') return this.#takePending(codePoint, inParagraph)
    if (codePoint === c.space || codePoint === c.tab) return this.#takeBlank(codePoint)
    if (codePoint !== c.greater || this.#behindBox || this.indent >= this.#columnHere + 4) return false
    return this.#takeQuote()
  }

  /** The line's content begins, or a marker does (then `pending` is set). False where lists are too deep. */
  startContent(codePoint: number, inParagraph: boolean): boolean {
    if (!inParagraph) this.leaveQuotes()
    const followed = this.#enterLists(inParagraph)
    if (this.isCode || this.#behindBox) return followed
    const box = this.#boxPossible && codePoint === c.openBracket
    const number = c.isAsciiDigit(codePoint) && !(inParagraph && !this.#mayNumber(codePoint))
    if (box || number || codePoint === c.plus) this.pending = String.fromCodePoint(codePoint)
    return followed
  }

  /** The line goes on a paragraph, so what is around the paragraph is still open ("lazy continuation"). */
  continueParagraph(): void {
    this.#lists.reopen()
    if (this.quoteDepth < this.#quotesBefore) this.quoteDepth = this.#quotesBefore
  }

  /** Takes a bullet that is not a rule line's first character. */
  startMarker(codePoint: number): boolean {
    if (this.#behindBox || (codePoint !== c.dash && codePoint !== c.star)) return false
    this.pending = String.fromCodePoint(codePoint)
    return true
  }

  allowsMarks(first: number): boolean {
    if (!this.#startsAtMargin || this.#hasTab) return false
    if (c.isAsciiLetter(first)) return true
    return openers.includes(String.fromCodePoint(first)) || (first > 0x7f && classOf(first) === WORD)
  }

  #takeBlank(codePoint: number): boolean {
    if (this.indent === 0 && this.quoteDepth === 0 && this.#markerEnd < 0) this.#startsAtMargin = false
    if (codePoint === c.tab) this.#hasTab = true
    if (!this.#skipSpace) this.indent = codePoint === c.tab ? (this.indent | 3) + 1 : this.indent + 1
    this.#skipSpace = false
    return true
  }

  #takeQuote(): boolean {
    this.quoteDepth++
    this.opensBlock = this.quoteDepth > this.#quotesBefore
    // The items that are followed are those inside the innermost quotation: a line that goes on with it closes none yet.
    if (this.opensBlock || this.#markerEnd >= 0) this.#lists.clear()
    this.#markerEnd = -1
    this.indent = 0
    this.#skipSpace = true
    return true
  }

  /** Closes the items that the line is not part of; after a marker, opens its item. */
  #enterLists(inParagraph: boolean): boolean {
    const markerEnd = this.#markerEnd
    this.#markerEnd = -1
    this.#boxPossible = markerEnd >= 0
    if (markerEnd >= 0) return this.#lists.push(this.#itemColumn(markerEnd))
    const closed = this.#lists.closeBeyond(this.indent)
    // Only a line that could go on the item's paragraph ("lazy continuation"): behind a blank line the item is over.
    this.#closedItem = inParagraph && closed
    return true
  }

  /** A number other than 1 goes on a list but does not interrupt a paragraph. */
  #mayNumber(firstDigit: number): boolean {
    return this.#closedItem || firstDigit === 0x31
  }

  #takePending(codePoint: number, inParagraph: boolean): boolean {
    if (this.pending.startsWith('[')) return this.#takeBox(codePoint)
    if (this.#extendsNumber(codePoint)) {
      this.pending += String.fromCharCode(codePoint)
      return true
    }
    // A paragraph is not interrupted by an item without content.
    const isEmpty = codePoint === c.lineFeed && inParagraph && !this.#closedItem
    const isMarker = this.#isMarker(inParagraph) && c.isBlank(codePoint) && !isEmpty
    if (!isMarker) return false
    this.indent += this.pending.length
    this.pending = ''
    this.opensBlock = true
    this.leaveQuotes()
    if (codePoint === c.lineFeed) return this.#lists.push(this.indent + 1) || true
    this.#markerEnd = this.indent
    this.#skipSpace = false
    return this.#takeBlank(codePoint)
  }

  #extendsNumber(codePoint: number): boolean {
    if (!c.isAsciiDigit(this.pending.charCodeAt(this.pending.length - 1))) return false
    if (c.isAsciiDigit(codePoint)) return this.pending.length < 9
    return codePoint === c.dot || codePoint === c.closeParen
  }

  #isMarker(inParagraph: boolean): boolean {
    if (/^[-+*]$/.test(this.pending)) return true
    if (!/^\d+[.)]$/.test(this.pending)) return false
    return !inParagraph || this.#closedItem || Number.parseInt(this.pending, 10) === 1
  }

  #takeBox(codePoint: number): boolean {
    const pending = this.pending
    if (pending.length === 3) {
      const isBox = codePoint === c.space || codePoint === c.tab
      if (isBox) this.pending = ''
      this.#behindBox = isBox
      if (isBox) this.#startsAtMargin = false
      return isBox
    }
    const fits =
      pending.length === 1
        ? codePoint === c.space || (codePoint | 0x20) === 0x78
        : codePoint === c.closeBracket
    if (fits) this.pending += String.fromCharCode(codePoint)
    return fits
  }
}
