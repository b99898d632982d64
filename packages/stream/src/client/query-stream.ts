/** Asks a gateway's `/query/stream` and yields its frames, typed; every failure is a `StreamError`. */
import { defined } from '../defined.ts'
import { onAborted } from '../on-aborted.ts'
import { StreamError } from '../stream-error.ts'
import { connectSse } from './connect-sse.ts'
import { aborted, type Connection, reasonOf } from './connection.ts'
import { type QueryFrame, readFrame } from './query-frame.ts'
import { arrivalsWithin, within } from './within.ts'

export type { QueryFrame } from './query-frame.ts'

/** What `queryStream` can be told. */
export interface QueryOptions {
  /** The route; default `/query/stream`, relative to the page. */
  url?: string | URL
  /** The model to ask; default: the gateway's. */
  model?: string
  /** How the answer is sealed; default: the gateway's setting. */
  seal?: 'off' | 'light' | 'full'
  /** Sent with the request, such as `authorization`. */
  headers?: Record<string, string>
  /** Ends the request; reading then throws `ABORTED`. */
  signal?: AbortSignal
  /** Longest wait for the response's headers, in milliseconds; then `TIMEOUT_CONNECT`. Default 60,000. */
  connectTimeoutMs?: number
  /** Longest silence inside the answer, in milliseconds, heartbeats counted as sound; then `TIMEOUT_BETWEEN_TOKENS`. Default 120,000. */
  idleTimeoutMs?: number
  /** Longest frame, in UTF-16 units; beyond it `LIMIT_EXCEEDED`. Default 16 Mi. */
  maxFrameChars?: number
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch
}

/** An answer under way. */
export interface QueryStream extends AsyncIterable<QueryFrame> {
  /** The id of the answer's seal (`Streamseal-Stream-Id`), where the gateway names one. */
  readonly streamId: string | undefined
}

/**
 * Sends a query and resolves when the answer begins. The frames can be read once, in order; the last has `isFinal`.
 * Leaving the loop early ends the request. An answer that stops without its final frame throws `STREAM_INCOMPLETE`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { queryStream } from '@streamseal/stream/client'
 *
 * const body = 'data: {"content": "Hi", "metadata": {}, "is_final": false}\n\n' +
 *   'data: {"content": "", "metadata": {"final_response": "Hi"}, "is_final": true}\n\n'
 * const gateway = async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } })
 *
 * let text = ''
 * for await (const frame of await queryStream('Say hi.', { fetch: gateway })) text += frame.content
 * assert.equal(text, 'Hi')
 * ```
 */
export async function queryStream(query: string, options: QueryOptions = {}): Promise<QueryStream> {
  const attempt = new AbortController()
  const leave = (): void => attempt.abort(aborted())
  const unlink = onAborted(options.signal, leave)
  const close = (): void => {
    unlink()
    leave()
  }
  try {
    const connection = await connect(query, options, attempt)
    const frames = readFrames(connection, options, attempt, close)
    return { streamId: connection.runId, [Symbol.asyncIterator]: () => frames }
  } catch (error) {
    const reason = reasonOf(attempt.signal, error)
    close()
    throw reason
  }
}

function connect(query: string, options: QueryOptions, attempt: AbortController): Promise<Connection> {
  const { url = '/query/stream', model, seal, connectTimeoutMs = 60_000, maxFrameChars, fetch } = options
  const opened = connectSse(
    { url, body: { query, model }, signal: attempt.signal },
    defined({
      fetch,
      maxMessageChars: maxFrameChars,
      headers: defined({ 'streamseal-seal': seal, ...options.headers }),
    }),
  )
  return within(attempt, opened, connectTimeoutMs, 'TIMEOUT_CONNECT')
}

// Nothing but the end of the response follows the final frame; a gateway that keeps it open is not waited for.
const endMs = 1000

async function* readFrames(
  connection: Connection,
  { idleTimeoutMs = 120_000 }: QueryOptions,
  attempt: AbortController,
  close: () => void,
): AsyncGenerator<QueryFrame, void, undefined> {
  let isWhole = false
  try {
    for await (const arrival of arrivalsWithin(attempt, connection, idleTimeoutMs)) {
      if (arrival === undefined) continue
      const frame = readFrame(arrival.data)
      isWhole = frame.isFinal
      yield frame
      if (isWhole) return
    }
    throw new StreamError('The answer ended before its final frame', { code: 'STREAM_INCOMPLETE' })
  } catch (error) {
    throw reasonOf(attempt.signal, error)
  } finally {
    // Read to the response's end, its connection can serve the next request. How it ends no longer matters.
    if (isWhole)
      within(attempt, connection.arrivals.next(), endMs, 'TIMEOUT_BETWEEN_TOKENS').then(close, close)
    else close()
  }
}
