/** Asks a gateway's `/query/stream` and yields its frames, typed; every failure is a `StreamError`. */
import { createSseParser, type SseEvent } from '../sse-parser.ts'
import { StreamError } from '../stream-error.ts'
import { errorFrame, parseFrame, type QueryFrame } from './query-frame.ts'
import { refusal } from './refusal.ts'

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
  const link = createLink(options.signal)
  try {
    const response = await send(query, options, link)
    if (!response.ok) throw await refusal(response)
    const frames = readFrames(response, options, link)
    return {
      streamId: response.headers.get('streamseal-stream-id') ?? undefined,
      [Symbol.asyncIterator]: () => frames,
    }
  } catch (error) {
    const reason = link.reason(error)
    link.close()
    throw reason
  }
}

/** The request's life line: ends with the caller's signal, on a time-out or when the reader leaves. */
interface Link {
  readonly signal: AbortSignal
  /** Throws `code` into whatever is waited for, unless `stop` is called within `ms`. */
  deadline(ms: number, code: 'TIMEOUT_CONNECT' | 'TIMEOUT_BETWEEN_TOKENS', what: string): () => void
  /** Why a wait ended: the caller's abort and our time-outs come before what `fetch` says of them. */
  reason(error: unknown): StreamError
  close(): void
}

function createLink(outer: AbortSignal | undefined): Link {
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(new StreamError('The answer was aborted', { code: 'ABORTED' }))
  if (outer?.aborted) onAbort()
  outer?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    deadline(ms, code, what) {
      const timer = setTimeout(
        () => controller.abort(new StreamError(`${what} within ${ms} ms`, { code })),
        ms,
      )
      return () => clearTimeout(timer)
    },
    reason(error) {
      if (controller.signal.reason instanceof StreamError) return controller.signal.reason
      if (error instanceof StreamError) return error
      const said = error instanceof Error ? error.message : String(error)
      return new StreamError(`The connection to the gateway failed: ${said}`, {
        code: 'PROVIDER_UNAVAILABLE',
        cause: error,
      })
    },
    close() {
      outer?.removeEventListener('abort', onAbort)
      onAbort()
    },
  }
}

async function send(query: string, options: QueryOptions, link: Link): Promise<Response> {
  const { url = '/query/stream', model, seal, headers, connectTimeoutMs = 60_000 } = options
  const { fetch = globalThis.fetch } = options
  const stop = link.deadline(connectTimeoutMs, 'TIMEOUT_CONNECT', 'The gateway did not answer')
  try {
    return await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(seal === undefined ? {} : { 'streamseal-seal': seal }),
        ...headers,
      },
      body: JSON.stringify(model === undefined ? { query } : { query, model }),
      signal: link.signal,
    })
  } finally {
    stop()
  }
}

async function* readFrames(
  response: Response,
  { idleTimeoutMs = 120_000, maxFrameChars = 16 * 1024 * 1024 }: QueryOptions,
  link: Link,
): AsyncGenerator<QueryFrame, void, undefined> {
  const parser = createSseParser({ maxEventChars: maxFrameChars })
  const reader = response.body?.getReader()
  let isWhole = false
  try {
    for (;;) {
      const stop = link.deadline(idleTimeoutMs, 'TIMEOUT_BETWEEN_TOKENS', 'The gateway sent nothing')
      const bytes = await reader?.read().finally(stop)
      if (bytes === undefined || bytes.done) break
      for (const frame of framesIn(parser.feed(bytes.value))) {
        isWhole = frame.isFinal
        yield frame
        if (isWhole) return
      }
    }
    throw new StreamError('The answer ended before its final frame', { code: 'STREAM_INCOMPLETE' })
  } catch (error) {
    throw link.reason(error)
  } finally {
    if (isWhole) void drain(reader, link)
    else link.close()
  }
}

function* framesIn(events: SseEvent[]): Generator<QueryFrame, void, undefined> {
  for (const { data } of events) {
    const { error, ...frame } = parseFrame(data)
    if (error !== undefined) throw errorFrame(error, frame.metadata)
    yield frame
  }
}

// Nothing but the end of the response follows the final frame; a gateway that keeps it open is not waited for.
const drainMs = 1000

/** Reads to the response's end, so that its connection can serve the next request. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array> | undefined, link: Link): Promise<void> {
  const stop = link.deadline(drainMs, 'TIMEOUT_BETWEEN_TOKENS', 'The response did not end')
  try {
    while ((await reader?.read())?.done === false);
  } catch {
    // The answer is whole: how the connection ends no longer matters.
  } finally {
    stop()
    link.close()
  }
}
