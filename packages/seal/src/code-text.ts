/** The skeleton of code and data: the text itself, less what copying changes in it: the form of line ends, and white space before them and at the end. */
import type { Skeleton } from './readings.ts'

/** A longer run of white space is part of the text, in UTF-16 units. */
const MAX_RUN = 1024
const run = /\s+/g
/** In a run: what goes before a line end, and the line end. */
const lineEnd = /[^\S\r\n]*(\r\n?|\n)/g

/** Folds code that comes in pieces; however it is cut, the result is the same. */
export class CodeText {
  /** The white space at the end so far, unless it is a long run. */
  #held = ''
  #isLong = false

  /** Takes the next piece and returns what is decided of the skeleton. White space at the end of the text is never returned. */
  push(piece: string): string {
    let out = ''
    let from = 0
    for (const { 0: space, index } of piece.matchAll(run)) {
      if (index > from) out += this.#release() + piece.slice(from, index)
      out += this.#hold(space)
      from = index + space.length
    }
    return from < piece.length ? out + this.#release() + piece.slice(from) : out
  }

  #hold(space: string): string {
    if (this.#isLong) return space
    this.#held += space
    if (this.#held.length <= MAX_RUN) return ''
    const held = this.#held
    this.#held = ''
    this.#isLong = true
    return held
  }

  /** Something follows the white space. */
  #release(): string {
    const held = this.#held
    this.#held = ''
    this.#isLong = false
    return held.replace(lineEnd, '\n')
  }
}

/** The same of a whole text, with the offset of each code point: of a line end, that of its first character. */
export function codeSkeleton(text: string): Skeleton {
  const offsets: number[] = []
  let chars = ''
  const keep = (part: string, offset: number) => {
    let at = offset
    for (const character of part) {
      offsets.push(at)
      at += character.length
    }
    chars += part
  }
  let from = 0
  for (const { 0: space, index } of text.matchAll(run)) {
    keep(text.slice(from, index), from)
    from = index + space.length
    if (space.length > MAX_RUN) keep(space, index)
    else if (from < text.length) keepRun(keep, space, index)
  }
  keep(text.slice(from), from)
  return { chars, offsets: Uint32Array.from(offsets) }
}

function keepRun(keep: (part: string, offset: number) => void, space: string, offset: number): void {
  let end = 0
  for (const match of space.matchAll(lineEnd)) {
    end = match.index + match[0].length
    keep('\n', offset + end - (match[1] as string).length)
  }
  keep(space.slice(end), offset + end)
}
