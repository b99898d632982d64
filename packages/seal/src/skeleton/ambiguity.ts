/** Where pages may show a text in different ways that the fold cannot tell: what it has written may be a delimiter's, a link's, code's. */
import { underscore } from './delimiter-run.ts'

export class Ambiguity {
  /** Something of the kind has come. Whoever reads Markdown resets it. */
  found = false
  /** Unset in code, where delimiters mean nothing. */
  delimits = true
  #delimitersKept = false
  #linkSeen = false
  #bracketKept = false

  /** A block of Markdown ends: its delimiters and brackets pair with no later ones. */
  endBlock(): void {
    this.#delimitersKept = false
    this.#linkSeen = false
    this.#bracketKept = false
  }

  /** A delimiter begins that may pair up with one that was kept. */
  meetDelimiter(character: number): void {
    if (this.#delimitersKept && this.#pairsUp(character)) this.found = true
  }

  keepDelimiter(character: number): void {
    this.#delimitersKept ||= this.#pairsUp(character)
  }

  /** What was in the last pair of brackets is a link: the page does not show the brackets. */
  endLink(): void {
    this.#linkSeen = true
    if (this.#bracketKept) this.found = true
  }

  /** A bracket or backtick between digits is kept as a space. */
  keepBracket(isCode: boolean): void {
    this.#bracketKept = true
    if (isCode || this.#linkSeen) this.found = true
  }

  #pairsUp(character: number): boolean {
    return this.delimits && character !== underscore
  }
}
