/** Counts and hashes a text in its normal form (NFC) while it comes in pieces. */
import { textDigest } from './digests.ts'
import type { Hasher } from './hasher.ts'
import { isBoundary, lastCut, toNfc } from './normal-form.ts'

/** Pieces are gathered until so many UTF-16 units have come: one call of `normalize` and one of `update` for all. */
const GATHER_UNITS = 64
/** Behind a mark so many are kept unhashed, so that the text can still be cut there. */
const KEPT_UNITS = 256

/** Counts the code points of a text's NFC form and hashes their UTF-8. */
export class TextMeter {
  readonly #hash: Hasher
  /** What is not hashed yet: it begins where normalised text may be cut. */
  #pending = ''
  /** Of what is hashed, in code points. */
  #length = 0
  /** How much of `#pending` stands before the mark; -1 where there is none. */
  #mark = -1
  /** So much must be pending before a place to cut is looked for: where there was none, more must have come. */
  #enough = GATHER_UNITS

  constructor(hash: Hasher) {
    this.#hash = hash
  }

  /** Takes a piece that does not end between the halves of a surrogate pair. */
  push(piece: string): void {
    this.#pending = flat(this.#pending + piece)
    if (this.#pending.length >= this.#enough) this.#hashSome()
  }

  /** The length so far, in code points. To be asked only where the next character is a normalisation boundary. */
  get length(): number {
    return this.#length + codePointCount(toNfc(this.#pending))
  }

  /** Here the text may be cut, as far as more of it is remembered; only where the next character is a normalisation boundary. */
  mark(): void {
    this.#mark = this.#pending.length
  }

  get isMarked(): boolean {
    return this.#mark >= 0
  }

  forgetMark(): void {
    this.#mark = -1
  }

  /** Takes away what came since the mark, and returns it. */
  cut(): string {
    const rest = this.#pending.slice(this.#mark)
    this.#pending = this.#pending.slice(0, this.#mark)
    return rest
  }

  /** The digest of everything; nothing may be pushed afterwards. */
  digest(): Uint8Array {
    this.#take(this.#pending.length)
    return textDigest(this.#hash)
  }

  #hashSome(): void {
    if (this.#mark === this.#pending.length) return
    if (this.#mark > 0) this.#hashToMark()
    if (this.#mark === 0 && this.#pending.length < KEPT_UNITS) return
    this.#mark = -1
    if (this.#pending.length < GATHER_UNITS) return
    const cut = lastCut(this.#pending)
    this.#enough = GATHER_UNITS + (cut === 0 ? this.#pending.length : 0)
    this.#take(cut)
  }

  /** A skeleton may go on with a mark, which joins what stands before. */
  #hashToMark(): void {
    const next = this.#pending.codePointAt(this.#mark) as number
    if (!isBoundary(String.fromCodePoint(next))) this.#mark = -1
    else {
      this.#take(this.#mark)
      this.#mark = 0
    }
  }

  #take(units: number): void {
    if (units === 0) return
    const text = toNfc(this.#pending.slice(0, units))
    this.#pending = this.#pending.slice(units)
    this.#length += codePointCount(text)
    this.#hash.update(text)
  }
}

/** The same text in one piece: otherwise it holds every piece that it was joined from, and the chunks that those were cut from. Looking at a character joins them (V8). */
function flat(text: string): string {
  return text.charCodeAt(0) < 0 ? '' : text
}

/** How many code points `text` has; a lone surrogate counts as one. */
function codePointCount(text: string): number {
  let count = text.length
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count--
  }
  return count
}
