/**
 * Reads Markdown one character at a time and gives the fold what a page would show. It follows CommonMark 0.31.2 and GFM
 * as far as a stream allows: what cannot be decided within `maxHeldUnits` is read as text and reported as not comparable.
 */
import type { Fold } from '../skeleton/fold.ts'
import * as c from './characters.ts'
import { Constructs, FENCE_OPENER, isOfLine, type Released, RULE_LINE, TOO_LONG } from './constructs.ts'
import { DisplayMaths } from './display-maths.ts'
import { decodeEntity } from './entity.ts'
import { FenceOpener } from './fence-opener.ts'
import { BROKEN, CLOSED, FencedCode } from './fenced-code.ts'
import { FrontMatter } from './front-matter.ts'
import { DONE, FAIL, MORE } from './hold.ts'
import { HtmlTag } from './html-tag.ts'
import { ENTITY, HTML_TAG, IMAGE, Inline, LINK_TARGET, NOTHING } from './inline.ts'
import { LinePrefix } from './line-prefix.ts'
import { breaksLine, hidesWhatFollows } from './raw-names.ts'
import { RuleLine } from './rule-line.ts'

const LINE_START = 0
const TEXT = 1
const FENCED = 2
const INDENTED_CODE = 3

export class MarkdownReader {
  /** The blocks that have ended. */
  blocks = 0
  readonly #fold: Fold
  readonly #inline: Inline
  readonly #prefix = new LinePrefix()
  // These are there while they matter: thousands of texts may be read at once.
  #fence: FencedCode | undefined
  #front: FrontMatter | undefined = new FrontMatter()
  #maths: DisplayMaths | undefined
  readonly #constructs = new Constructs()
  #mode = LINE_START
  #replaying = false
  #afterReturn = false
  /** The line before belongs to a paragraph that this one may go on. */
  #inParagraph = false
  #inTable = false
  /** The pipes in the line under the table's head. */
  #tablePipes = 0
  #isHeading = false
  /** The block began with `<`. */
  #mayBeHtml = false
  #tagStartsLine = false
  /** The line allows marks. */
  #plainLine = false
  /** Nothing can be told of the rest of the text. */
  #lost = false
  #notComparable = false

  constructor(fold: Fold) {
    this.#fold = fold
    this.#inline = new Inline(fold)
  }

  /** True where Markdown allows a mark between the character just read and a white space (or Han letter). */
  get isClear(): boolean {
    return (
      this.#plainLine &&
      !this.#lost &&
      this.#mode === TEXT &&
      this.#constructs.open === NOTHING &&
      !this.#front?.isOpen &&
      !this.#maths?.isOpen &&
      this.#inline.isClear
    )
  }

  /** True where ASCII letters are plain text and nothing waits for them. */
  get isIdle(): boolean {
    if (this.#mode !== TEXT || this.#constructs.open !== NOTHING) return false
    return this.#front === undefined && !this.#maths?.isWatching && this.#inline.isIdle
  }

  /** True where the character just read is text and not code, a link's target or a tag. */
  get showsText(): boolean {
    return this.#mode === TEXT && this.#constructs.open === NOTHING && !this.#inline.isInCode
  }

  takeNotComparable(): boolean {
    const found = this.#notComparable || this.#inline.notComparable || this.#fold.ambiguity.found
    this.#notComparable = false
    this.#inline.notComparable = false
    this.#fold.ambiguity.found = false
    return found
  }

  take(codePoint: number, offset: number): void {
    const afterReturn = this.#afterReturn
    this.#afterReturn = codePoint === c.carriageReturn
    if (codePoint === c.lineFeed && afterReturn) {
      this.#constructs.widen()
      return
    }
    this.#read(this.#afterReturn ? c.lineFeed : codePoint, offset)
  }

  /** The text has ended. */
  end(offset: number): void {
    // A line end decides every construct that a line end can decide, and adds nothing to the skeleton.
    this.#read(c.lineFeed, offset)
    if (this.#constructs.open !== NOTHING) this.#replay()
    if (this.#mode === FENCED) this.#fence?.end(offset)
    this.#inline.end(offset)
  }

  #read(codePoint: number, offset: number): void {
    if (this.#front !== undefined) this.#takeFrontMatter(this.#front, codePoint)
    if (this.#constructs.open !== NOTHING) this.#hold(codePoint, offset)
    else this.#step(codePoint, offset)
  }

  #takeFrontMatter(front: FrontMatter, codePoint: number): void {
    const wasOpen = front.isOpen
    front.take(codePoint)
    if (front.isOpen && !wasOpen) this.#notComparable = true
    if (!front.isPossible) this.#front = undefined
  }

  #step(codePoint: number, offset: number): void {
    switch (this.#mode) {
      case LINE_START:
        this.#stepLineStart(codePoint, offset)
        return
      case TEXT:
        this.#stepText(codePoint, offset)
        return
      case FENCED:
        this.#stepFenced(codePoint, offset)
        return
      default:
        if (codePoint === c.lineFeed) this.#endLine(offset)
        else this.#fold.push(codePoint, offset)
    }
  }

  #stepFenced(codePoint: number, offset: number): void {
    const fence = this.#fence as FencedCode
    const verdict = fence.take(codePoint, offset)
    if (verdict === CLOSED) this.#startLine()
    else if (verdict === BROKEN) {
      this.#loseTrack()
      this.#startLine()
      this.#prefix.indent = fence.indent
      this.#step(codePoint, offset)
    }
  }

  #loseTrack(): void {
    this.#lost = true
    this.#notComparable = true
  }

  #stepLineStart(codePoint: number, offset: number): void {
    const prefix = this.#prefix
    const held = prefix.pending
    if (prefix.take(codePoint, this.#inParagraph)) {
      if (prefix.opensBlock) this.#startBlock()
      this.#fold.space(offset)
      if (codePoint === c.lineFeed) this.#startLine()
      return
    }
    if (codePoint === c.lineFeed && held === '') {
      this.#endBlankLine(offset)
      return
    }
    // What looked like a list marker is text.
    if (held !== '') {
      this.#stepTextFrom(held, codePoint, offset)
      return
    }
    this.#startContent(codePoint, offset)
  }

  #stepTextFrom(pending: string, codePoint: number, offset: number): void {
    const first = offset - pending.length
    this.#startText(pending.charCodeAt(0))
    for (let at = 0; at < pending.length; at++) this.#stepText(pending.charCodeAt(at), first + at)
    this.#step(codePoint, offset)
  }

  #startBlock(): void {
    this.blocks++
    this.#inParagraph = false
    this.#inTable = false
    this.#mayBeHtml = false
    this.#inline.endBlock()
  }

  #endBlankLine(offset: number): void {
    this.#prefix.endBlankLine()
    this.#startBlock()
    this.#fold.space(offset)
    this.#startLine()
  }

  #startLine(): void {
    this.#mode = LINE_START
    this.#prefix.startLine()
    this.#plainLine = false
    this.#isHeading = false
    this.#fence = undefined
    this.#constructs.startLine()
  }

  #startContent(codePoint: number, offset: number): void {
    const prefix = this.#prefix
    if (!prefix.startContent(codePoint, this.#inParagraph)) this.#loseTrack()
    if (prefix.pending !== '') return
    if (prefix.isCode) {
      this.#startIndented(codePoint, offset)
      return
    }
    if (!prefix.isBehindBox && this.#mayStartRule(codePoint)) {
      this.#startHold(RULE_LINE, codePoint, offset)
      return
    }
    if (!prefix.isBehindBox && this.#mayStartFence(codePoint)) {
      this.#startHold(FENCE_OPENER, codePoint, offset)
      return
    }
    this.#startMarkerOrText(codePoint, offset)
  }

  #startIndented(codePoint: number, offset: number): void {
    if (this.#inParagraph && !this.#inTable) {
      this.#startText(codePoint)
      this.#stepText(codePoint, offset)
      return
    }
    if (this.#inTable) this.#startBlock()
    this.#mode = INDENTED_CODE
    this.#fold.push(codePoint, offset)
  }

  #startMarkerOrText(codePoint: number, offset: number): void {
    if (this.#prefix.startMarker(codePoint)) return
    this.#startText(codePoint)
    this.#stepText(codePoint, offset)
  }

  #mayStartFence(codePoint: number): boolean {
    if (codePoint !== c.backtick && codePoint !== c.tilde) return false
    if (this.#replaying) this.#loseTrack()
    return !this.#replaying
  }

  #mayStartRule(codePoint: number): boolean {
    if (this.#replaying || this.#inTable) return false
    if (codePoint === c.equals) return this.#inParagraph
    return codePoint === c.dash || codePoint === c.star || codePoint === c.pipe || codePoint === c.colon
  }

  #startText(first: number): void {
    const prefix = this.#prefix
    if (first === c.dollar) this.#maths ??= new DisplayMaths()
    this.#maths?.startLine(first, prefix.contentColumn, prefix.indent, prefix.quoteDepth)
    if (this.#inParagraph) prefix.continueParagraph()
    this.#mode = TEXT
    this.#inParagraph = true
    this.#isHeading = first === c.hash
    this.#inline.inRow = this.#inTable || first === c.pipe
    this.#plainLine = this.#prefix.allowsMarks(first) && !this.#inline.inRow
    this.#tagStartsLine = first === c.less
    if (this.#tagStartsLine) this.#mayBeHtml = true
    const opensData = first === c.openBracket || first === c.colon || first === c.pipe
    if (this.#mayBeHtml || opensData) this.#inline.poisoned = true
  }

  #stepText(codePoint: number, offset: number): void {
    if (codePoint === c.lineFeed) {
      this.#endLine(offset)
      return
    }
    if (this.#maths?.isWatching) this.#maths.take(codePoint)
    const construct = this.#inline.take(codePoint, offset)
    if (construct === NOTHING) return
    if (!this.#replaying) {
      this.#startHold(construct, codePoint, offset)
      return
    }
    // What failed to be a link may hold another construct; it is not looked for.
    if (construct !== IMAGE) this.#notComparable = true
    this.#inline.takeLiteral(codePoint, offset)
  }

  #endLine(offset: number): void {
    // Cells beyond the table's last column are not shown.
    if (this.#inTable && this.#inline.pipes > this.#tablePipes) this.#notComparable = true
    this.#inline.endLine(offset)
    if (this.#maths?.isWatching) this.#endMathsLine(this.#maths)
    if (this.#isHeading) this.#startBlock()
    else if (this.#inTable) this.#inline.endBlock()
    this.#startLine()
  }

  /** Inline constructs go over the end of neither a heading nor a table's row. */
  get #endsWithLine(): boolean {
    return this.#isHeading || this.#inTable
  }

  #endMathsLine(maths: DisplayMaths): void {
    maths.endLine()
    if (maths.isLost) this.#loseTrack()
    if (maths.isOpen) this.#notComparable = true
    else if (!maths.isLost) this.#maths = undefined
    this.#inline.poisoned = true
  }

  #startHold(construct: number, codePoint: number, offset: number): void {
    this.#constructs.start(construct, offset, this.#inParagraph)
    this.#hold(codePoint, offset)
  }

  #hold(codePoint: number, offset: number): void {
    if (codePoint === c.lineFeed && this.#endsWithLine && !isOfLine(this.#constructs.open)) {
      this.#replay()
      this.#step(codePoint, offset)
      return
    }
    const verdict = this.#constructs.take(codePoint)
    if (verdict === MORE) return
    if (verdict === DONE) {
      this.#endHold(offset)
      return
    }
    if (verdict !== FAIL) this.#notComparable = true
    if (verdict === TOO_LONG) this.#inline.poisoned = true
    this.#replay()
    this.#step(codePoint, offset)
  }

  /** What is held is not the construct: reads it as text. */
  #replay(): void {
    const released = this.#constructs.release()
    const { construct, text, offset: start } = released
    this.#replaying = true
    this.#noticeFailure(released)
    let offset = start
    for (const character of text) {
      const isLineEnd = character === '\r'
      const codePoint = isLineEnd ? c.lineFeed : (character.codePointAt(0) as number)
      if (offset > start) this.#step(codePoint, offset)
      else if (isOfLine(construct)) this.#startMarkerOrText(codePoint, offset)
      else this.#inline.takeLiteral(codePoint, offset)
      offset += isLineEnd ? 2 : character.length
    }
    this.#replaying = false
  }

  #noticeFailure({ construct, recogniser, text }: Released): void {
    if (text.length < 2) return
    if (construct === LINK_TARGET || construct === IMAGE || construct === HTML_TAG)
      this.#inline.poisoned = true
    if (recogniser instanceof HtmlTag && (this.#tagStartsLine || hidesWhatFollows(recogniser.name)))
      this.#loseTrack()
  }

  #endHold(offset: number): void {
    const { construct, recogniser, text, offset: start } = this.#constructs.release()
    if (recogniser instanceof RuleLine) this.#endRule(recogniser, offset)
    else if (recogniser instanceof FenceOpener) this.#openFence(recogniser, offset)
    else if (construct === ENTITY) this.#endEntity(text, start)
    else if (recogniser instanceof HtmlTag) this.#endTag(recogniser, text, start)
    else if (construct === LINK_TARGET) this.#fold.ambiguity.endLink()
    if (/[\r\n]/.test(text)) this.#plainLine = false
  }

  #endRule(rule: RuleLine, offset: number): void {
    const underlinesTable = rule.hasColumns && rule.hasDash && this.#inParagraph
    // Colons and pipes that draw no table are shown.
    if (rule.hasColumns && (!underlinesTable || this.#inline.codeHasPipe)) this.#notComparable = true
    this.#prefix.leaveQuotes()
    this.#startBlock()
    this.#inTable = underlinesTable
    this.#tablePipes = rule.pipes
    this.#inParagraph = underlinesTable
    this.#fold.space(offset)
    this.#startLine()
  }

  #openFence({ fence, count }: FenceOpener, offset: number): void {
    if (this.#mayBeHtml || this.#maths?.isOpen) this.#loseTrack()
    this.#prefix.leaveQuotes()
    this.#startBlock()
    this.#fold.space(offset)
    const { contentColumn, quoteDepth } = this.#prefix
    this.#fence = new FencedCode(this.#fold, fence, count, contentColumn, quoteDepth)
    this.#mode = FENCED
    this.#plainLine = false
  }

  #endEntity(text: string, offset: number): void {
    const decoded = decodeEntity(text)
    if (decoded === undefined) this.#notComparable = true
    for (const character of decoded ?? text)
      this.#inline.takeLiteral(character.codePointAt(0) as number, offset)
  }

  #endTag({ isAutolink, name }: HtmlTag, text: string, offset: number): void {
    this.#inline.poisoned = true
    if (isAutolink) {
      if (text.includes('%')) this.#notComparable = true
      this.#pushAll(text.slice(1, -1), offset + 1)
      return
    }
    // Pages show tags, hide them or drop them with what they hold.
    this.#notComparable = true
    if (hidesWhatFollows(name)) this.#loseTrack()
    if (breaksLine(name.replace('/', ''))) this.#fold.space(offset)
  }

  #pushAll(text: string, start: number): void {
    let offset = start
    for (const character of text) {
      this.#fold.push(character.codePointAt(0) as number, offset)
      offset += character.length
    }
  }
}
