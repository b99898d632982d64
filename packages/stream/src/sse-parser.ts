/** An event stream's parser, for those who want to know what was left over too. */
import { defaultMaxEventChars, EventReader, type SseEvent } from './sse-events.ts'

export type { SseEvent } from './sse-events.ts'

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
export function createSseParser({ maxEventChars }: SseParserOptions = {}): SseParser {
  let ignored = ''
  const reader = new EventReader(maxEventChars, line => {
    if (ignored.length + line.length < (maxEventChars ?? defaultMaxEventChars)) ignored += `${line}\n`
  })
  return {
    feed: bytes => reader.feed(bytes),
    end: () => reader.feed(blankLines)[0],
    get pending() {
      return reader.pending
    },
    get retryMs() {
      return reader.retryMs
    },
    get ignored() {
      return ignored
    },
  }
}

/** Ends a line that was never ended, and dispatches. */
const blankLines = new TextEncoder().encode('\n\n')
