/** A text taken apart into our marks and what is left: the whole at once, or in a stream. */
import { CLOSES, OPENS, SELECTOR_HIGH, SELECTOR_LOW, selector } from './frame.ts'
import { MAX_RUN, type RunMark, readRun } from './selector-run.ts'

/** Every mark begins and ends so. */
const OPENING = selector(OPENS)
const CLOSING = selector(CLOSES)

/** A text without our marks, and the marks: `start` and `end` in the text as it was given, `at` in `text`. */
export interface Unmarked {
  text: string
  marks: RunMark[]
}

/** Takes every well-formed mark out of `text`; everything else stays. Linear in the length. */
export function unmark(text: string): Unmarked {
  const marks: RunMark[] = []
  const parts: string[] = []
  let length = 0
  let copied = 0
  let closing = -1
  for (let opening = text.indexOf(OPENING); opening >= 0; ) {
    if (closing < opening) closing = text.indexOf(CLOSING, opening)
    if (closing < 0) break
    const end = runEnd(text, opening)
    if (closing < end) {
      const start = runStart(text, opening, copied)
      const run = readRun(text, start, end)
      length += start - copied
      for (const mark of run.marks) marks.push(moved(mark, start, length))
      length += run.rest.length
      parts.push(text.slice(copied, start), run.rest)
      copied = end
    }
    opening = text.indexOf(OPENING, end)
  }
  parts.push(text.slice(copied))
  return { text: copied === 0 ? text : parts.join(''), marks }
}

function moved(mark: RunMark, start: number, at: number): RunMark {
  return { payload: mark.payload, start: start + mark.start, end: start + mark.end, at: at + mark.at }
}

/** Takes marks out of a text that comes in pieces. No piece may end between the halves of a surrogate pair. */
export class Unmarker {
  /** A selector run that may go on; at most `MAX_RUN` selectors. */
  #run = ''
  /** Inside a run that is too long to hold marks. */
  #tooLong = false

  /** Takes the next piece and returns what is left of the text so far, less a selector run at its end. */
  push(piece: string): string {
    if (this.#run === '' && !this.#tooLong && !piece.includes('\udb40')) return piece
    const runs = runEnd(piece, 0)
    if (runs === piece.length) return this.#extend(piece)
    const before = this.#extend(piece.slice(0, runs)) + this.end()
    const tail = runStart(piece, piece.length, runs)
    return before + unmark(piece.slice(runs, tail)).text + this.#extend(piece.slice(tail))
  }

  /** Returns what is left of a run at the end of the text. */
  end(): string {
    const run = this.#run
    this.#run = ''
    this.#tooLong = false
    return readRun(run, 0, run.length).rest
  }

  #extend(selectors: string): string {
    if (this.#tooLong) return selectors
    this.#run += selectors
    if (this.#run.length <= 2 * MAX_RUN) return ''
    const run = this.#run
    this.#run = ''
    this.#tooLong = true
    return run
  }
}

/** Whether the two code units before `index` are a supplement selector. */
export function endsInSelector(text: string, index: number): boolean {
  return index >= 2 && isSelector(text, index - 2)
}

function isSelector(text: string, index: number): boolean {
  if (text.charCodeAt(index) !== SELECTOR_HIGH) return false
  const low = text.charCodeAt(index + 1)
  return low >= SELECTOR_LOW && low < SELECTOR_LOW + 240
}

function runEnd(text: string, from: number): number {
  let end = from
  while (isSelector(text, end)) end += 2
  return end
}

function runStart(text: string, end: number, atLeast: number): number {
  let start = end
  while (start - 2 >= atLeast && isSelector(text, start - 2)) start -= 2
  return start
}
