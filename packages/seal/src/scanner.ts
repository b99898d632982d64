/** Where a mark may stand in a text that is still being written, and what a reader will see of it: see docs/seal-skeleton.md. */
import { MarkdownReader } from './markdown/reader.ts'
import { CodeLook } from './scanner/code-look.ts'
import { PlainReader } from './scanner/plain-reader.ts'
import { Tokens } from './scanner/tokens.ts'
import { Fold } from './skeleton/fold.ts'
import { Ink } from './skeleton/ink.ts'

/** What ends at a place: a word, a sentence, or (at the first place after a block of Markdown has ended) a block. */
export type Boundary = 'word' | 'sentence' | 'block'

/** How the text is to be read; `code` and `json` have no place for a mark. */
export type Format = 'markdown' | 'plain' | 'code' | 'json'

/** Reads a text in slices of any size; however it is cut, the places and the skeleton are the same. */
export interface Scanner {
  /** Reads `text` from UTF-16 index `from` to the next safe place and returns its index: a mark may stand before `text[index]`; -1 when the text is used up without one. To go on, call `next(text, index)`: the same place is not returned twice. */
  next(text: string, from: number): number
  /** What ends at the place just returned. */
  readonly boundary: Boundary
  /** The skeleton decided since the last call. At a safe place nothing is pending. */
  takeSkeleton(): string
  /** True where a closing may be appended now: the text so far ends in prose. */
  canClose(): boolean
  /** White space or the end follows: nothing that comes joins what was read. Only where `canClose()`; then `takeSkeleton()` leaves nothing pending. */
  settle(): void
  /** The text has ended: decides what is pending; `takeSkeleton()` then gives the rest. */
  end(): void
  /** True where the stretch since the last call held something that renderers disagree about. */
  takeNotComparable(): boolean
}

/** Makes a scanner that stands at the start of a text; it holds less than 3 KB however long the text grows. */
export function createScanner(options: { format?: Format } = {}): Scanner {
  return new TextScanner(options.format ?? 'markdown')
}

class TextScanner implements Scanner {
  boundary: Boundary = 'word'
  readonly #ink = new Ink()
  readonly #fold = new Fold(this.#ink)
  readonly #reader: MarkdownReader | PlainReader
  readonly #tokens = new Tokens()
  readonly #look = new CodeLook()
  #highSurrogate = 0
  #atPlace = false
  #blocks = 0

  constructor(format: Format) {
    this.#reader =
      format === 'markdown' ? new MarkdownReader(this.#fold) : new PlainReader(this.#fold, format === 'plain')
  }

  next(text: string, from: number): number {
    let at = from
    while (at < text.length) {
      const unit = text.charCodeAt(at)
      if (this.#isPlaceBefore(unit)) return this.#stopAt(at)
      at =
        this.#isAsciiLetter(unit) && this.#reader.isIdle
          ? this.#readLetters(text, at)
          : this.#readUnit(unit, at)
    }
    return -1
  }

  takeSkeleton(): string {
    return this.#ink.take()
  }

  canClose(): boolean {
    return this.#highSurrogate === 0 && this.#tokens.endsInWord && this.#isClear()
  }

  settle(): void {
    this.#ink.close()
  }

  end(): void {
    if (this.#highSurrogate !== 0) this.#read(this.#highSurrogate, 0)
    this.#highSurrogate = 0
    this.#reader.end(0)
    this.#ink.close()
  }

  takeNotComparable(): boolean {
    return this.#reader.takeNotComparable()
  }

  #isClear(): boolean {
    return this.#reader.isClear && this.#look.allowsMarks
  }

  #isPlaceBefore(unit: number): boolean {
    // Only a space or a wide character can follow a place: letters, the common case, are told at once.
    if (unit !== 0x20 && unit < 0x3005) return false
    if (this.#atPlace || !this.#tokens.allowsPlaceBefore(unit)) return false
    return this.#highSurrogate === 0 && this.#isClear()
  }

  #stopAt(at: number): number {
    this.boundary = this.#tokens.endsInStop ? 'sentence' : 'word'
    if (this.#reader.blocks > this.#blocks) this.boundary = 'block'
    this.#blocks = this.#reader.blocks
    this.#tokens.letters = 0
    this.#atPlace = true
    this.#ink.close()
    return at
  }

  #isAsciiLetter(unit: number): boolean {
    const lower = unit | 0x20
    return lower >= 0x61 && lower <= 0x7a && this.#highSurrogate === 0
  }

  #readLetters(text: string, from: number): number {
    const to = endOfLetters(text, from)
    this.#fold.letters(text, from, to, from)
    this.#tokens.takeLetters(text, from, to)
    if (this.#reader.showsText) this.#look.takeLetters(text, from, to)
    return to
  }

  #readUnit(unit: number, at: number): number {
    this.#atPlace = false
    const high = this.#highSurrogate
    this.#highSurrogate = 0
    if (high !== 0 && unit >= 0xdc00 && unit <= 0xdfff) {
      this.#read(0x10000 + ((high - 0xd800) << 10) + unit - 0xdc00, at)
      return at + 1
    }
    if (high !== 0) this.#read(high, at)
    if (unit >= 0xd800 && unit <= 0xdbff) this.#highSurrogate = unit
    else this.#read(unit, at)
    return at + 1
  }

  #read(codePoint: number, offset: number): void {
    this.#reader.take(codePoint, offset)
    this.#tokens.take(codePoint)
    if (this.#reader.showsText || codePoint <= 0x20) this.#look.take(codePoint)
    else this.#look.skip()
  }
}

/** The index behind the ASCII letters at `from`. */
function endOfLetters(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const lower = text.charCodeAt(at) | 0x20
    if (lower < 0x61 || lower > 0x7a) break
    at++
  }
  return at
}
