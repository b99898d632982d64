/** Bytes of an event stream to its events, at any cutting of the bytes (WHATWG HTML §9.2.5 and §9.2.6). */
import { StreamError } from './stream-error.ts'

/** One dispatched event. `event` is `message` where the stream names none. */
export interface SseEvent {
  event: string
  data: string
  /** The last id that the stream has set. */
  id: string
}

/** Limits of a parser. */
export interface SseParserOptions {
  /** The longest event in UTF-16 units, comments and unfinished lines included; beyond it `feed` throws `LIMIT_EXCEEDED`. Default 16 Mi. */
  maxEventChars?: number
}

/** An incremental event stream parser. */
export interface SseParser {
  /** Takes any slice of the stream and returns the events that it completes. */
  feed(bytes: Uint8Array): SseEvent[]
  /** The stream is over: gives the event that has begun and not been dispatched, which the standard says to drop. */
  end(): SseEvent | undefined
  /** Whether an event has begun and not been dispatched: what stands there when the stream ends was cut. */
  readonly pending: boolean
  /** Milliseconds after which the stream wants its reader back, as its last `retry:` said; `undefined` where none did. */
  readonly retryMs: number | undefined
  /** Lines of no known field, which the standard says to ignore, up to `maxEventChars`: a server that fails may say so in bare JSON. */
  readonly ignored: string
}

/**
 * Makes a parser for one stream. Events are dispatched at their blank line, also where the `\n` of a `\r\n` is still to come.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSseParser } from '@streamseal/stream/sse'
 * const parser = createSseParser()
 * assert.deepEqual(parser.feed(new TextEncoder().encode('data: a\r\ndata: b\r\n\r\n')), [{ event: 'message', data: 'a\nb', id: '' }])
 * ```
 */
export function createSseParser({ maxEventChars = 16 * 1024 * 1024 }: SseParserOptions = {}): SseParser {
  return new EventStreamParser(maxEventChars)
}

const LF = 10
const SPACE = 32

class EventStreamParser implements SseParser {
  readonly #maxEventChars: number
  // Not fatal: a broken byte becomes U+FFFD, as the standard says. The decoder removes one leading BOM.
  readonly #decoder = new TextDecoder('utf-8')
  #line = ''
  /** The last line ended in a \r at a chunk's end, so a \n that comes next belongs to it. */
  #afterReturn = false
  #event = ''
  #data: string | undefined
  #id = ''
  #ready: SseEvent[] = []
  retryMs: number | undefined
  ignored = ''

  constructor(maxEventChars: number) {
    this.#maxEventChars = maxEventChars
  }

  get pending(): boolean {
    return this.#line !== '' || this.#data !== undefined || this.#event !== ''
  }

  feed(bytes: Uint8Array): SseEvent[] {
    this.#ready = []
    const text = this.#decoder.decode(bytes, { stream: true })
    if (text !== '') this.#takeText(text)
    return this.#ready
  }

  end(): SseEvent | undefined {
    this.#ready = []
    const line = this.#line + this.#decoder.decode()
    this.#line = ''
    if (line !== '') this.#takeLine(line)
    this.#dispatch()
    return this.#ready[0]
  }

  #takeText(text: string): void {
    let position = this.#afterReturn && text.charCodeAt(0) === LF ? 1 : 0
    this.#afterReturn = false
    let lineFeed = text.indexOf('\n', position)
    let carriageReturn = text.indexOf('\r', position)
    for (let end = earlier(lineFeed, carriageReturn); end >= 0; end = earlier(lineFeed, carriageReturn)) {
      this.#takeLine(this.#line + text.slice(position, end))
      this.#line = ''
      position = end + 1
      if (end === carriageReturn) {
        this.#afterReturn = position === text.length
        if (text.charCodeAt(position) === LF) position++
        carriageReturn = text.indexOf('\r', position)
      }
      if (lineFeed < position) lineFeed = text.indexOf('\n', position)
    }
    this.#line += text.slice(position)
    this.#checkSize(this.#line.length)
  }

  #takeLine(line: string): void {
    if (line === '') {
      this.#dispatch()
      return
    }
    this.#checkSize(line.length)
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + (line.charCodeAt(colon + 1) === SPACE ? 2 : 1))
    if (!this.#takeField(field, value)) this.#ignore(line)
  }

  /** Whether the field is one of the standard's. */
  #takeField(field: string, value: string): boolean {
    if (field === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
    else if (field === 'event') this.#event = value
    else if (field === 'retry') this.retryMs = /^\d{1,15}$/.test(value) ? Number(value) : this.retryMs
    else if (field !== 'id') return false
    else if (!value.includes('\0')) this.#id = value
    return true
  }

  #ignore(line: string): void {
    if (this.ignored.length + line.length < this.#maxEventChars) this.ignored += `${line}\n`
  }

  #dispatch(): void {
    if (this.#data !== undefined) {
      this.#ready.push({
        event: this.#event === '' ? 'message' : this.#event,
        data: this.#data,
        id: this.#id,
      })
    }
    this.#data = undefined
    this.#event = ''
  }

  #checkSize(lineLength: number): void {
    if (lineLength + (this.#data?.length ?? 0) <= this.#maxEventChars) return
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
