/** The text of an answer as it was sent, kept until its end: the hash of a manifest covers all of it. */
export class AnswerText {
  readonly #maxLength: number
  #chunks: string[] = []
  #length = 0

  constructor(maxLength: number) {
    this.#maxLength = maxLength
  }

  feed(text: string): void {
    this.#length += text.length
    if (this.#length > this.#maxLength) this.#chunks = []
    else this.#chunks.push(text)
  }

  clear(): void {
    this.#chunks = []
    this.#length = 0
  }

  /** All of it. Throws a `RangeError` where it was longer than could be kept. */
  whole(): string {
    if (this.#length <= this.#maxLength) return this.#chunks.join('')
    throw new RangeError(`Cannot sign an answer of ${this.#length} characters, over ${this.#maxLength}`)
  }
}
