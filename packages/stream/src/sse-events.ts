/** Bytes of an event stream to its events, at any cutting of the bytes (WHATWG HTML §9.2.5 and §9.2.6). */
import { StreamError } from './stream-error.ts'

/** One dispatched event. `event` is `message` where the stream names none. */
export interface SseEvent {
  event: string
  data: string
  /** The last id that the stream has set. */
  id: string
}

/** The longest event in UTF-16 units, unless the caller says otherwise. */
export const defaultMaxEventChars: number = 16 * 1024 * 1024

/** The machine. Events are dispatched at their blank line, also where the `\n` of a `\r\n` is still to come. */
export class EventReader {
  readonly #maxEventChars: number
  readonly #onUnknown: ((line: string) => void) | undefined
  // Not fatal: a broken byte becomes U+FFFD, as the standard says. The decoder removes one leading BOM.
  readonly #decoder = new TextDecoder()
  #line = ''
  /** The last line ended in a \r at a chunk's end, so a \n that comes next belongs to it. */
  #afterReturn = false
  #event = ''
  #data: string | undefined
  #id = ''
  #ready: SseEvent[] = []
  /** Milliseconds after which the stream wants its reader back, as its last `retry:` said. */
  retryMs: number | undefined

  /** `onUnknown` is given lines of no known field, which the standard says to ignore. */
  constructor(maxEventChars: number = defaultMaxEventChars, onUnknown?: (line: string) => void) {
    this.#maxEventChars = maxEventChars
    this.#onUnknown = onUnknown
  }

  /** Whether an event has begun and not been dispatched. */
  get pending(): boolean {
    return (this.#line || this.#event) !== '' || this.#data !== undefined
  }

  /** The events that these bytes complete. */
  feed(bytes: Uint8Array): SseEvent[] {
    this.#ready = []
    const text = this.#decoder.decode(bytes, { stream: true })
    if (text !== '') this.#takeText(text)
    return this.#ready
  }

  #takeText(text: string): void {
    let position = this.#afterReturn && text[0] === '\n' ? 1 : 0
    this.#afterReturn = false
    let lineFeed = text.indexOf('\n', position)
    let carriageReturn = text.indexOf('\r', position)
    for (let end = earlier(lineFeed, carriageReturn); end >= 0; end = earlier(lineFeed, carriageReturn)) {
      this.#takeLine(this.#line + text.slice(position, end))
      this.#line = ''
      position = end + 1
      if (end === carriageReturn) {
        this.#afterReturn = position === text.length
        if (text[position] === '\n') position++
        carriageReturn = text.indexOf('\r', position)
      }
      if (lineFeed < position) lineFeed = text.indexOf('\n', position)
    }
    this.#line += text.slice(position)
    this.#checkSize(this.#line)
  }

  #takeLine(line: string): void {
    if (line === '') {
      this.#dispatch()
      return
    }
    this.#checkSize(line)
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
    if (field === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
    else if (field === 'event') this.#event = value
    else if (field === 'retry') this.retryMs = /^\d{1,15}$/.test(value) ? Number(value) : this.retryMs
    else if (field !== 'id') this.#onUnknown?.(line)
    else if (!value.includes('\0')) this.#id = value
  }

  #dispatch(): void {
    if (this.#data !== undefined)
      this.#ready.push({ event: this.#event || 'message', data: this.#data, id: this.#id })
    this.#data = undefined
    this.#event = ''
  }

  #checkSize(line: string): void {
    if (line.length + (this.#data?.length ?? 0) <= this.#maxEventChars) return
    throw new StreamError(
      `Cannot read the event stream: an event is longer than ${this.#maxEventChars} characters`,
      { code: 'LIMIT_EXCEEDED' },
    )
  }
}

/** The earlier of two places, where -1 is none. */
function earlier(first: number, second: number): number {
  if (first < 0) return second
  return second < 0 || first < second ? first : second
}
