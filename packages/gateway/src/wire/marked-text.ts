/** A text as its provider wrote it and as it was sent, and which marks stand where: what repeats the text, or points into it, can then be kept true. */

/** A mark, or several next to each other. */
export interface Mark {
  /** Before which UTF-16 unit of the provider's text it stands. */
  readonly at: number
  readonly text: string
}

/** In which unit a position is counted. */
export type PositionUnit = 'utf16' | 'code-point'

/** One text, while it grows. */
export class MarkedText {
  /** As the provider wrote it. */
  given = ''
  /** As it was sent. */
  sent = ''
  readonly marks: Mark[] = []
  /** Where each mark stands, in code points; counted when it is first asked for. */
  readonly #places: number[] = []
  #counted = 0
  #countedTo = 0

  /** Takes the next piece as it was written and as it was sent; returns the marks that are new, whose places count from the piece's beginning. */
  add(given: string, sent: string): readonly Mark[] {
    const start = this.given.length
    const marks = sent === given ? [] : marksIn(given, sent)
    for (const { at, text } of marks) this.marks.push({ at: start + at, text })
    this.given += given
    this.sent += sent
    return marks
  }

  /** Where position `start` of the provider's text is in the sent one; what begins there begins behind a mark there. */
  startIn(start: number, unit: PositionUnit): number {
    return start + this.#shift(mark => mark <= start, unit)
  }

  /** The same for what ends at `end`: a mark there is not part of it. */
  endIn(end: number, unit: PositionUnit): number {
    return end + this.#shift(mark => mark < end, unit)
  }

  /** Positions are OpenAI's, in code points; by how much they move is counted in the reader's unit. */
  #shift(isBefore: (at: number) => boolean, unit: PositionUnit): number {
    this.#countPlaces()
    const before = this.marks.filter((_, index) => isBefore(this.#places[index] ?? 0))
    return before.reduce((sum, { text }) => sum + (unit === 'utf16' ? text.length : countOf(text)), 0)
  }

  #countPlaces(): void {
    for (const { at } of this.marks.slice(this.#places.length)) {
      this.#counted += countOf(this.given.slice(this.#countedTo, at))
      this.#countedTo = at
      this.#places.push(this.#counted)
    }
  }
}

/** What was put into `given` to make `sent`: marks are only ever added. */
export function marksIn(given: string, sent: string): Mark[] {
  const marks: Mark[] = []
  let from = 0
  for (let at = 0; at <= given.length; at++) {
    const start = from
    while (from < sent.length && sent[from] !== given[at]) from++
    if (from > start) marks.push({ at, text: sent.slice(start, from) })
    from++
  }
  return marks
}

function countOf(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
