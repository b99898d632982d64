/**
 * The likeness of an event. Providers send one event again and again, and only a text in it differs: where the bytes around
 * that text are those of an event that has been read, the event means the same, and nothing has to be parsed. Byte strings.
 */
import { fromBytes, toBytes } from './byte-string.ts'
import { locateJson, type Span } from './locate-json.ts'

type Path = readonly (string | number)[]

/** Strings of random length that providers add against eavesdroppers who measure events; they differ as well. */
const paddings = ['obfuscation', 'p']

const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** Reads an event whose string at `path` is the text that differs; `undefined` where it has another form than one line of data. */
export function repeatedEvent(event: string, path: Path): RepeatedEvent | undefined {
  const isOneLine = event.startsWith('data: ') && event.indexOf('\n') === event.length - 2
  if (!isOneLine || event.includes('\r')) return undefined
  const text = stringAt(event, path)
  if (text === undefined) return undefined
  const padding = paddings.map(name => stringAt(event, [name])).find(span => span !== undefined)
  const gaps = padding !== undefined && padding.start > text.end ? [text, padding] : [text]
  const starts = [0, ...gaps.map(({ end }) => end)]
  return new RepeatedEvent(starts.map((start, i) => copy(event.slice(start, gaps[i]?.start))))
}

/** What stays, and where in the last match the text stood. */
export class RepeatedEvent {
  /** Behind the last match. */
  end = 0
  readonly #before: string
  readonly #behind: string
  readonly #afterPadding: string | undefined
  #textStart = 0
  #textEnd = 0
  /** Whether the text is ASCII without escapes. */
  #isPlain = true

  /** Takes what stands before the text, behind it, and behind the padding. */
  constructor([before = '', behind = '', afterPadding]: readonly string[]) {
    this.#before = before
    this.#behind = behind
    this.#afterPadding = afterPadding
  }

  /** Whether the event stands in `bytes` at `from`, whole. */
  match(bytes: string, from: number): boolean {
    const start = from + this.#before.length
    // A slice is compared at once, `startsWith` one character after the other.
    if (bytes.slice(from, start) !== this.#before) return false
    this.#textStart = start
    this.#isPlain = true
    this.#textEnd = this.#endOfString(bytes, start)
    this.end = this.#textEnd + this.#behind.length
    if (this.#textEnd < 0 || bytes.slice(this.#textEnd, this.end) !== this.#behind) return false
    return this.#afterPadding === undefined || this.#matchPadding(bytes, this.#afterPadding)
  }

  #matchPadding(bytes: string, after: string): boolean {
    const isPlain = this.#isPlain
    const end = this.#endOfString(bytes, this.end)
    this.#isPlain = isPlain
    this.end = end + after.length
    return end >= 0 && bytes.slice(end, this.end) === after
  }

  /** The text of the last match. */
  textOf(bytes: string): string {
    const raw = bytes.slice(this.#textStart, this.#textEnd)
    return this.#isPlain ? raw : (JSON.parse(`"${fromBytes(raw)}"`) as string)
  }

  /** The bytes from `from` to the end of the last match, with another text. */
  withText(bytes: string, from: number, text: string): string {
    const inner = toBytes(JSON.stringify(text).slice(1, -1))
    return bytes.slice(from, this.#textStart) + inner + bytes.slice(this.#textEnd, this.end)
  }

  /** Where the JSON string ends that `at` stands in (RFC 8259 §7); -1 where it does not, or is none. */
  #endOfString(bytes: string, at: number): number {
    for (let next = at; next < bytes.length; next++) {
      const code = bytes.charCodeAt(next)
      if (code === 0x22) return next
      if (code < 0x20) return -1
      if (code !== 0x5c && code < 0x80) continue
      this.#isPlain = false
      if (code !== 0x5c) continue
      escapeSequence.lastIndex = next
      if (!escapeSequence.test(bytes)) return -1
      next = escapeSequence.lastIndex - 1
    }
    return -1
  }
}

/** Where the string at `path` stands in the event, without its quotes. */
function stringAt(event: string, path: Path): Span | undefined {
  const from = 'data: '.length
  const span = locateJson(event.slice(from, -2), path)
  if (span === undefined || event[from + span.start] !== '"') return undefined
  return { start: from + span.start + 1, end: from + span.end - 1 }
}

/** The same in memory of its own: a slice would hold the whole read that it was cut from. */
function copy(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('latin1')
}
