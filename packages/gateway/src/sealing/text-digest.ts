/** By which an answer without any mark, such as code alone, is found again when its text is pasted. The text itself is not kept. */
import { createHash } from 'node:crypto'

/** Shorter texts are many people's words, and longer ones are not remembered until their end, in UTF-16 units. */
const minLength = 24
const maxLength = 1 << 20

/** The SHA-256 of a text, whatever its line ends and the white space around it, in hexadecimal; `undefined` where it is too short or too long to be told by. */
export function textDigest(text: string): string | undefined {
  if (text.length > 2 * maxLength) return undefined
  const normal = text.normalize('NFC').replace(/\r\n?/g, '\n').trim()
  if (normal.length < minLength || normal.length > maxLength) return undefined
  return createHash('sha256').update(normal, 'utf8').digest('hex')
}

/** The text of an answer while no mark stands in it. */
export class UnmarkedText {
  #text: string | undefined = ''

  /** Takes a piece as the model wrote it, and as it was sent. */
  feed(piece: string, sent: string): void {
    if (this.#text === undefined) return
    this.#text = sent === piece && this.#text.length <= maxLength ? this.#text + piece : undefined
  }

  /** The digest; `undefined` once a mark has gone out. */
  digest(): string | undefined {
    return this.#text === undefined ? undefined : textDigest(this.#text)
  }
}
