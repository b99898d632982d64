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
  /** Whether an event has begun and not been dispatched: what stands there when the stream ends was cut. */
  readonly pending: boolean
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
  // Not fatal: a broken byte becomes U+FFFD, as the standard says. The decoder removes one leading BOM.
  const decoder = new TextDecoder('utf-8')
  let line = ''
  let skipLineFeed = false
  let eventName = ''
  let data: string | undefined
  let id = ''
  let events: SseEvent[] = []

  function feed(bytes: Uint8Array): SseEvent[] {
    events = []
    splitLines(decoder.decode(bytes, { stream: true }))
    return events
  }

  function splitLines(text: string): void {
    if (text.length === 0) return
    let position = skipLineFeed && text.charCodeAt(0) === 10 ? 1 : 0
    skipLineFeed = false
    let feedAt = text.indexOf('\n', position)
    let returnAt = text.indexOf('\r', position)
    while (feedAt >= 0 || returnAt >= 0) {
      const isReturn = returnAt >= 0 && (feedAt < 0 || returnAt < feedAt)
      const end = isReturn ? returnAt : feedAt
      takeLine(line + text.slice(position, end))
      line = ''
      position = end + 1
      if (isReturn) {
        // A \r may be half of \r\n: the line ends now, and a \n that follows belongs to it.
        if (position === text.length) skipLineFeed = true
        else if (text.charCodeAt(position) === 10) position++
        returnAt = text.indexOf('\r', position)
      }
      if (feedAt < position) feedAt = text.indexOf('\n', position)
    }
    line += text.slice(position)
    checkSize(line.length)
  }

  function takeLine(whole: string): void {
    if (whole === '') return dispatch()
    checkSize(whole.length)
    const colon = whole.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? whole : whole.slice(0, colon)
    const from = whole.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1
    takeField(field, colon < 0 ? '' : whole.slice(from))
  }

  function takeField(field: string, value: string): void {
    if (field === 'data') data = data === undefined ? value : `${data}\n${value}`
    else if (field === 'event') eventName = value
    else if (field === 'id' && !value.includes('\0')) id = value
  }

  function dispatch(): void {
    if (data !== undefined) events.push({ event: eventName === '' ? 'message' : eventName, data, id })
    data = undefined
    eventName = ''
  }

  function checkSize(lineLength: number): void {
    const size = lineLength + (data?.length ?? 0)
    if (size <= maxEventChars) return
    throw new StreamError(
      `Cannot read the event stream: an event is longer than ${maxEventChars} characters`,
      {
        code: 'LIMIT_EXCEEDED',
      },
    )
  }

  return {
    feed,
    get pending() {
      return line !== '' || data !== undefined || eventName !== ''
    },
  }
}
