/** A text that is added to piece by piece, held as one string. */

const firstFlatChars = 64
const growth = 1.25

/** V8 keeps what is added to a string as a chain of its pieces, some 60 bytes each; this one is put together as it grows, at a constant cost a character. */
export class GrowingText {
  #text: string
  #flatAt = firstFlatChars

  constructor(text = '') {
    this.#text = text
  }

  get value(): string {
    return this.#text
  }

  add(piece: string): void {
    this.#text += piece
    if (this.#text.length < this.#flatAt) return
    this.#text = flat(this.#text)
    this.#flatAt = this.#text.length * growth
  }
}

/** Looking at a character makes V8 put a chain together; the answer depends on it, so that the compiler does not leave it out. */
function flat(text: string): string {
  return text.charCodeAt(0) >= 0 ? text : ''
}
