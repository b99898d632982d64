/** Where a mark may stand in a text that is still being written, and what a reader will see of it. */
import { isSkeletonCharacter } from './skeleton.ts'

/** What ends at a place: a word, a sentence, or (since the place before) a block. */
export type Boundary = 'word' | 'sentence' | 'block'

/** How the text is to be read: `code` and `json` have no safe place at all. */
export type Format = 'markdown' | 'plain' | 'code' | 'json'

/** Reads a text in slices of any size; the same text gives the same places and skeleton however it is cut. */
export interface Scanner {
  /** Reads `text` from UTF-16 index `from` to the next safe place and returns its index: a mark may stand before `text[index]`; -1 when the text is used up without one. To go on, call `next(text, index)`. */
  next(text: string, from: number): number
  /** What ends at the place just returned. */
  readonly boundary: Boundary
  /** The skeleton decided since the last call; at a safe place nothing is pending. */
  takeSkeleton(): string
  /** True where a closing may be appended now: the text ends in prose. */
  canClose(): boolean
  /** The text has ended: decides what is pending, for `takeSkeleton()` to give. */
  end(): void
  /** True where the stretch since the last call held something that renderers disagree about. */
  takeNotComparable(): boolean
}

/** Makes a scanner at the start of a text. */
export function createScanner(options: { format?: Format } = {}): Scanner {
  return new PlainScanner(options.format ?? 'markdown')
}

const letter = /^[\p{L}\p{M}]$/u

class PlainScanner implements Scanner {
  boundary: Boundary = 'word'
  #format: Format
  #out = ''
  #high = ''
  #plain = true
  #lineStart = true
  #token: 'empty' | 'letters' | 'stop' | 'other' = 'empty'
  #returned = false

  constructor(format: Format) {
    this.#format = format
  }

  next(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const char = text[at] as string
      if (char === ' ' && !this.#returned && this.canClose()) {
        this.boundary = this.#token === 'stop' ? 'sentence' : 'word'
        this.#returned = true
        return at
      }
      this.#returned = false
      this.#step(char)
    }
    return -1
  }

  canClose(): boolean {
    const markable = this.#format === 'markdown' || this.#format === 'plain'
    return markable && this.#plain && (this.#token === 'letters' || this.#token === 'stop')
  }

  takeSkeleton(): string {
    const out = this.#out
    this.#out = ''
    return out
  }

  end(): void {
    if (this.#high !== '') this.#out += '\ufffd'
    this.#high = ''
  }

  takeNotComparable(): boolean {
    return false
  }

  #step(unit: string): void {
    let char = this.#high + unit
    this.#high = ''
    if (/^[\ud800-\udbff]$/.test(char)) {
      this.#high = char
      return
    }
    if (/[\ud800-\udfff]/.test(char) && (char.codePointAt(0) as number) < 0x10000) char = '\ufffd'
    if (isSkeletonCharacter(char)) this.#out += char
    if (char === '\n') {
      if (this.#lineStart) this.#plain = true
      this.#lineStart = true
      this.#token = 'empty'
      return
    }
    if (this.#lineStart && !letter.test(char)) this.#plain = false
    this.#lineStart = false
    if (/[<>`$[\]{}|\\*_~]/.test(char)) this.#plain = false
    if (char === ' ') this.#token = 'empty'
    else if (letter.test(char))
      this.#token = this.#token === 'empty' || this.#token === 'letters' ? 'letters' : 'other'
    else this.#token = /[.!?]/.test(char) && this.#token === 'letters' ? 'stop' : 'other'
  }
}
