/** A run of supplement selectors (U+E0100–U+E01EF), taken apart into marks and what is left. Nested marks are found from the inside out, in one pass. */
import { CLOSES, OPENS, SELECTOR_LOW, selector, unframe } from './frame.ts'

/** Longer runs, in selectors, are left as they are: no mark is looked for in them. */
export const MAX_RUN = 32_768

/** A mark in a run. */
export interface RunMark {
  payload: Uint8Array
  /** UTF-16 offset in the run as it was given, of its first and behind its last selector. */
  start: number
  end: number
  /** UTF-16 offset in what is left of the run. */
  at: number
}

export interface RunParts {
  marks: RunMark[]
  /** The run without its marks. */
  rest: string
}

/** Takes apart the run `text[start, end)`, which holds nothing but supplement selectors. */
export function readRun(text: string, start: number, end: number): RunParts {
  const length = (end - start) / 2
  if (length > MAX_RUN) return { marks: [], rest: text.slice(start, end) }
  const values = new Uint8Array(length)
  for (let i = 0; i < length; i++) values[i] = text.charCodeAt(start + 2 * i + 1) - SELECTOR_LOW
  return takeMarks(values)
}

function takeMarks(values: Uint8Array): RunParts {
  // What is left so far: the value of each selector, and where it stood in the run.
  const left = new Uint8Array(values.length)
  const places = new Uint16Array(values.length)
  let size = 0
  // Where in `left` each frame that is still open begins.
  let open: number[] = []
  const marks: RunMark[] = []
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    const from = value === CLOSES ? open.pop() : undefined
    const payload = from === undefined ? undefined : unframe(left.slice(from + 1, size))
    if (from !== undefined && payload !== undefined) {
      marks.push({ payload, start: 2 * (places[from] as number), end: 2 * i + 2, at: 0 })
      size = from
      continue
    }
    if (value === CLOSES) open = []
    if (value === OPENS) open.push(size)
    left[size] = value
    places[size++] = i
  }
  return { marks: placed(marks, places.subarray(0, size)), rest: toText(left.subarray(0, size)) }
}

function placed(marks: RunMark[], places: Uint16Array): RunMark[] {
  marks.sort((a, b) => a.start - b.start)
  let before = 0
  for (const mark of marks) {
    while (before < places.length && 2 * (places[before] as number) < mark.start) before++
    mark.at = 2 * before
  }
  return marks
}

function toText(values: Uint8Array): string {
  let text = ''
  for (const value of values) text += selector(value)
  return text
}
