/** Reads what a page shows: every character is text, except what the reading says is the page's own. */
import { lineFeed } from '../markdown/characters.ts'
import { DONE, FAIL, Held } from '../markdown/hold.ts'
import { HtmlTag } from '../markdown/html-tag.ts'
import { breaksLine } from '../markdown/raw-names.ts'
import type { Fold } from './fold.ts'
import { ListMark } from './list-mark.ts'

export interface PageRules {
  dropsListMarks: boolean
  dropsTags: boolean
}

export class PageReader {
  readonly #fold: Fold
  readonly #mark: ListMark | undefined
  readonly #tag: HtmlTag | undefined
  readonly #held = new Held()
  #holding = false

  constructor(fold: Fold, rules: PageRules) {
    this.#fold = fold
    if (rules.dropsListMarks) this.#mark = new ListMark()
    if (rules.dropsTags) this.#tag = new HtmlTag()
  }

  get isIdle(): boolean {
    return !this.#holding && (this.#mark === undefined || this.#mark.isPast)
  }

  take(codePoint: number, offset: number): void {
    if (this.#mark !== undefined) this.#takeMark(this.#mark, codePoint, offset)
    else if (this.#tag !== undefined) this.#takeTag(this.#tag, codePoint, offset)
    else this.#fold.push(codePoint, offset)
  }

  end(offset: number): void {
    if (this.#holding) this.#replay()
    if (this.#mark !== undefined) this.#takeMark(this.#mark, lineFeed, offset)
    this.#fold.space(offset)
  }

  #takeMark(mark: ListMark, codePoint: number, offset: number): void {
    if (codePoint === lineFeed || !mark.isPast) {
      const text = mark.take(codePoint)
      for (let at = 0; at < text.length; at++) this.#fold.push(text.charCodeAt(at), offset - text.length + at)
      if (!mark.isPast && codePoint !== lineFeed) return
    }
    this.#fold.push(codePoint, offset)
  }

  #takeTag(tag: HtmlTag, codePoint: number, offset: number): void {
    if (!this.#holding) {
      if (codePoint !== 0x3c) {
        this.#fold.push(codePoint, offset)
        return
      }
      this.#holding = true
      this.#held.start(offset)
      tag.reset()
    }
    const verdict = tag.take(codePoint)
    if (verdict === FAIL || !this.#held.add(codePoint)) {
      this.#replay()
      this.take(codePoint, offset)
    } else if (verdict === DONE) this.#endTag(tag, offset)
  }

  #endTag(tag: HtmlTag, offset: number): void {
    if (tag.isAutolink) {
      this.#replay()
      return
    }
    this.#held.take()
    this.#holding = false
    if (breaksLine(tag.name.replace('/', ''))) this.#fold.space(offset)
  }

  #replay(): void {
    this.#holding = false
    let offset = this.#held.offset
    for (const character of this.#held.take()) {
      this.#fold.push(character.codePointAt(0) as number, offset)
      offset += character.length
    }
  }
}
