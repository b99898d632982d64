/** A stretch of source that is kept back until it is known what it is: a link target or a text in parentheses, a tag or "less than". */

/** What a recogniser says of the next code point. */
export const MORE = 0
/** The construct is complete, this code point included. */
export const DONE = 1
/** It is not the construct; this code point is not part of what was read. */
export const FAIL = 2

/** Recognises one construct, a code point at a time. */
export interface Recogniser {
  /** Starts again, before the construct's first code point; `inParagraph`: in a line that may go on a paragraph. */
  reset(inParagraph: boolean): void
  take(codePoint: number): number
}

/** The longest construct that is recognised, in UTF-16 units; a longer one is read as text and reported as not comparable. */
const maxHeldUnits = 512

// Most constructs fit; more room is made for the others while they last.
const usualUnits = 64

/** The source of the construct that is being recognised. */
export class Held {
  /** The offset of its first unit. */
  offset = 0
  #length = 0
  #units: Uint16Array | undefined

  start(offset: number): void {
    this.offset = offset
    this.#length = 0
    this.#units ??= new Uint16Array(usualUnits)
  }

  /** False where there is no more room. */
  add(codePoint: number): boolean {
    if (this.#length + (codePoint < 0x10000 ? 1 : 2) > maxHeldUnits) return false
    const units = this.#room()
    if (codePoint < 0x10000) units[this.#length++] = codePoint
    else {
      units[this.#length++] = 0xd7c0 + (codePoint >> 10)
      units[this.#length++] = 0xdc00 + (codePoint & 0x3ff)
    }
    return true
  }

  /** The line feed just added stands for two units, CR LF: it is held as a carriage return. */
  widen(): void {
    const units = this.#units as Uint16Array
    if (this.#length > 0 && units[this.#length - 1] === 0x0a) units[this.#length - 1] = 0x0d
  }

  /** The source, and room for the next construct. */
  take(): string {
    const units = this.#units as Uint16Array
    const text = String.fromCharCode(...units.subarray(0, this.#length))
    this.#length = 0
    if (units.length > usualUnits) this.#units = undefined
    return text
  }

  #room(): Uint16Array {
    const units = this.#units as Uint16Array
    if (this.#length + 2 <= units.length) return units
    const larger = new Uint16Array(units.length * 2)
    larger.set(units)
    this.#units = larger
    return larger
  }
}
