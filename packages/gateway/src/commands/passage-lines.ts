/** Passages of a text, shown in place: line numbers, the words around them, and the passage between brackets. */
import type { Range } from '@streamseal/seal'
import { type Ink, type Paint, visible } from './ink.ts'

/** A passage and what is said of it. */
export interface Passage extends Range {
  readonly says: string
  readonly paint: Paint
}

/** So many UTF-16 units of the same line are shown on each side. */
const contextChars = 60
/** Of a longer passage its two ends are shown. */
const maxPassageChars = 1200
/** Of more passages the first ones are shown. */
const maxPassages = 20

/** What is said of each passage, and the passage. Offsets are UTF-16 units of `text`, in ascending order of their starts. */
export function passageLines(text: string, passages: readonly Passage[], ink: Ink): string[] {
  const shown = passages.slice(0, maxPassages)
  const more = passages.length - shown.length
  const lines = new LineCounter(text)
  return [
    ...shown.flatMap(passage => ['', ...passageAt(text, passage, lines, ink)]),
    ...(more > 0 ? ['', `and ${more} more passages; --json lists all`] : []),
  ]
}

function passageAt(text: string, passage: Passage, lines: LineCounter, ink: Ink): string[] {
  const [start, end] = inked(text, passage)
  const [head, ...body] = linesOf(text, { ...passage, start, end }, lines.lineAt(start), ink)
  return [`${head}, characters ${passage.start} to ${passage.end}`, ...body]
}

/** A passage without the white space at its ends, which would only show as empty lines. */
function inked(text: string, { start, end }: Range): [start: number, end: number] {
  const passage = text.slice(start, end)
  if (passage.trim() === '') return [start, end]
  return [end - passage.trimStart().length, start + passage.trimEnd().length]
}

function linesOf(text: string, { start, end, says, paint }: Passage, line: number, ink: Ink): string[] {
  const before = contextBefore(text, start)
  const after = contextAfter(text, end)
  const passage = shorten(text.slice(start, end))
    .split(/\r\n|\n/)
    .map(part => paint(visible(part)))
    .join('\n')
  const numbered = `${ink.faint(visible(before))}⟦${passage}⟧${ink.faint(visible(after))}`.split('\n')
  const last = line + text.slice(start, end).split('\n').length - 1
  const where = last === line ? `line ${line}` : `lines ${line} to ${last}`
  const isWhole = numbered.length === last - line + 1
  return [
    `${paint(says)}, ${where}`,
    ...numbered.map(
      (content, index) => `${gutter(isWhole || index === 0 ? line + index : undefined)}${content}`,
    ),
  ]
}

const gutter = (line: number | undefined): string => `${String(line ?? '').padStart(6)} │ `

function contextBefore(text: string, at: number): string {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1
  const from = Math.max(at === 0 ? 0 : lineStart, at - contextChars)
  return (from > lineStart ? '…' : '') + text.slice(wholeFrom(text, from), at)
}

function contextAfter(text: string, at: number): string {
  // A passage that ends with its line has nothing behind it.
  if (text[at - 1] === '\n') return ''
  const found = text.slice(at, at + contextChars + 1).search(/\r?\n/)
  if (found >= 0) return text.slice(at, at + found)
  const to = wholeFrom(text, Math.min(text.length, at + contextChars))
  return text.slice(at, to) + (to < text.length ? '…' : '')
}

function shorten(passage: string): string {
  if (passage.length <= maxPassageChars) return passage
  const half = maxPassageChars >> 1
  const head = passage.slice(0, wholeFrom(passage, half))
  const tail = passage.slice(wholeFrom(passage, passage.length - half))
  return `${head}\n… ${passage.length - head.length - tail.length} characters …\n${tail}`
}

/** Not between the halves of a surrogate pair. */
function wholeFrom(text: string, at: number): number {
  const isLow = (text.charCodeAt(at) & 0xfc00) === 0xdc00
  return isLow && at > 0 ? at + 1 : at
}

/** Line numbers of ascending offsets, in one pass over the text. */
class LineCounter {
  readonly #text: string
  #at = 0
  #line = 1

  constructor(text: string) {
    this.#text = text
  }

  lineAt(offset: number): number {
    for (let next = this.#text.indexOf('\n', this.#at); next >= 0 && next < offset; ) {
      this.#line++
      this.#at = next + 1
      next = this.#text.indexOf('\n', this.#at)
    }
    return this.#line
  }
}
