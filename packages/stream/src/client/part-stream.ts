/** The typed parts of one run, each once and in order, however often the connection breaks. */
import type { Part } from '../contract.ts'
import { defined } from '../defined.ts'
import { onAborted } from '../on-aborted.ts'
import { sleep } from '../sleep.ts'
import { StreamError } from '../stream-error.ts'
import { connectSse } from './connect-sse.ts'
import { type Arrival, aborted, type Connection, reasonOf } from './connection.ts'
import { readArrival } from './part-message.ts'
import type { PartStreamOptions, StreamState } from './part-stream-options.ts'
import { type StreamUrls, streamUrls } from './stream-urls.ts'
import { arrivalsWithin, within } from './within.ts'

/** A run that is being read, over as many connections as it takes. */
export interface PartStream extends AsyncIterable<Part> {
  readonly state: StreamState
  /** The run's id, as soon as the server has named it. */
  readonly runId: string | undefined
  /** The cursor of the last part that was read. */
  readonly cursor: number
  /** Why the stream has failed: what the connection, or the run's `error` part, says. */
  readonly error: StreamError | undefined
  /** Stops the run at the server, ends the reading without an error, and keeps what had come. */
  cancel(): void
}

/**
 * Asks for a run, or for one that is there already, and reads its parts, once; they end after `finish` or `error`, as a run's own do.
 * A connection that breaks is opened again after a wait, with `Last-Event-ID` and `?after=`, and the question is never asked twice.
 * Nothing is sent before the first part is asked for, and leaving the loop closes the connection. Throws a `StreamError` when coming back is no use.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { streamParts } from '@streamseal/stream/client'
 * import { demo } from '@streamseal/stream/demo'
 * import { createPartEvents } from '@streamseal/stream/ndjson'
 * import { sseResponse } from '@streamseal/stream/sse'
 *
 * const server = async () => {
 *   const run = generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'Hi' })
 *   return sseResponse(run, { frames: createPartEvents(run.id) })
 * }
 * const stream = streamParts('http://localhost/ask', { body: { prompt: 'Hi' }, fetch: server })
 * let text = ''
 * for await (const part of stream) if (part.type === 'text-delta') text += part.delta
 * assert.equal(text, 'Hello')
 * assert.equal(stream.state, 'done')
 * ```
 */
export function streamParts(url: string | URL, options: PartStreamOptions = {}): PartStream {
  return new ResumingStream(url, options)
}

const longestRetryAfterMs = 60_000
const cancelTimeoutMs = 10_000

class ResumingStream implements PartStream {
  readonly #options: PartStreamOptions
  readonly #urls: StreamUrls
  readonly #abort = new AbortController()
  readonly #parts: AsyncGenerator<Part, void, undefined>
  #connection: Connection | undefined
  #isAsked = false
  #eventId = ''
  #retryMs: number | undefined
  /** Connections in a row that brought nothing new. */
  #attempts = 0
  state: StreamState = 'connecting'
  runId: string | undefined
  cursor: number
  error: StreamError | undefined

  constructor(url: string | URL, options: PartStreamOptions) {
    this.#options = options
    this.#urls = streamUrls(url, options)
    this.cursor = options.after ?? 0
    this.#parts = this.#read()
  }

  [Symbol.asyncIterator](): AsyncGenerator<Part, void, undefined> {
    return this.#parts
  }

  cancel(): void {
    if (isOver(this.state)) return
    if (this.#connection?.cancel?.() !== true) this.#postCancel()
    this.#enter('cancelled')
    this.#abort.abort(aborted())
  }

  async *#read(): AsyncGenerator<Part, void, undefined> {
    const unlink = onAborted(this.#options.signal, () => {
      this.#enter('cancelled')
      this.error = aborted()
      this.#abort.abort(this.error)
    })
    try {
      while (!isOver(this.state)) yield* this.#readOnce()
      if (this.state === 'cancelled' && this.error !== undefined) throw this.error
    } finally {
      unlink()
      this.#enter('cancelled')
    }
  }

  /** One connection, and the wait after it where it breaks. */
  async *#readOnce(): AsyncGenerator<Part, void, undefined> {
    const attempt = new AbortController()
    const { signal } = this.#abort
    const unlink = onAborted(signal, () => attempt.abort(signal.reason))
    try {
      this.#enter('connecting')
      const connection = await this.#connect(attempt)
      for await (const part of this.#partsOf(connection, attempt)) {
        yield part
        if (isOver(this.state)) return
      }
      throw new StreamError('The connection ended before the run did', { code: 'STREAM_INCOMPLETE' })
    } catch (error) {
      await this.#recover(reasonOf(attempt.signal, error))
    } finally {
      unlink()
      this.#connection?.close()
      this.#connection = undefined
      attempt.abort()
    }
  }

  async #connect(attempt: AbortController): Promise<Connection> {
    const { body, connectTimeoutMs = 30_000 } = this.#options
    const isQuestion = body !== undefined && !this.#isAsked
    // Who reads events need not load how sockets are read.
    const open = this.#urls.isSocket ? (await import('./connect-socket.ts')).connectSocket : connectSse
    const request = {
      url: isQuestion ? this.#urls.first : this.#urls.after(this.runId, this.cursor),
      body: isQuestion ? body : undefined,
      eventId: this.#eventId,
      signal: attempt.signal,
      onAsk: (isAsked: boolean) => {
        this.#isAsked = isAsked
      },
    }
    const opened = open(request, this.#options)
    const connection = await within(attempt, opened, connectTimeoutMs, 'TIMEOUT_CONNECT')
    this.runId ??= connection.runId
    this.#connection = connection
    this.#enter('streaming')
    return connection
  }

  async *#partsOf(connection: Connection, attempt: AbortController): AsyncGenerator<Part, void, undefined> {
    const { idleTimeoutMs = 45_000 } = this.#options
    for await (const arrival of arrivalsWithin(attempt, connection, idleTimeoutMs)) {
      const part = this.#take(arrival)
      this.#retryMs = connection.retryMs ?? this.#retryMs
      if (part !== undefined) yield part
    }
  }

  /** The part that came, where it is one and is new. */
  #take(arrival: Arrival): Part | undefined {
    if (arrival === undefined) return undefined
    const { part, runId } = readArrival(arrival)
    this.runId ??= runId
    if (part === undefined) return undefined
    if (part.cursor <= this.cursor) {
      // A log that cannot be read on is told under a cursor that was read: the run may be well.
      if (part.type === 'error') throw new StreamError(part.message, part)
      return undefined
    }
    this.cursor = part.cursor
    if (arrival.id !== '') this.#eventId = arrival.id
    this.#attempts = 0
    this.#end(part)
    return part
  }

  #end(part: Part): void {
    if (part.type === 'finish') this.#enter(part.reason === 'aborted' ? 'cancelled' : 'done')
    if (part.type !== 'error') return
    this.error = new StreamError(part.message, part)
    this.#enter('failed')
  }

  /** Waits until it is time to come back, or throws. */
  async #recover(error: StreamError): Promise<void> {
    if (this.state === 'cancelled') return
    const { maxAttempts = 10 } = this.#options
    this.#attempts += 1
    if (!error.retryable || !this.#mayComeBack() || this.#attempts > maxAttempts) {
      this.error = error
      this.#enter('failed')
      throw error
    }
    this.#enter('waiting')
    // Cut short by `cancel` or the caller's signal, which have set the state.
    await sleep(this.#delayMs(error), this.#abort.signal).catch(() => undefined)
  }

  /** A question that is out, of a run that has no name, would have to be asked a second time. */
  #mayComeBack(): boolean {
    return this.#options.body === undefined || !this.#isAsked || this.runId !== undefined
  }

  #delayMs({ retryAfterMs = 0 }: StreamError): number {
    const { firstDelayMs = this.#retryMs ?? 500, longestDelayMs = 10_000 } = this.#options
    const delayMs = Math.min(firstDelayMs * 2 ** (this.#attempts - 1), longestDelayMs)
    return Math.max(delayMs * (1 - Math.random() / 2), Math.min(retryAfterMs, longestRetryAfterMs))
  }

  #enter(state: StreamState): void {
    if (isOver(this.state) || this.state === state) return
    this.state = state
    this.#options.onState?.(state)
  }

  #postCancel(): void {
    const url = this.runId === undefined ? undefined : this.#urls.cancel(this.runId)
    if (url === undefined) return
    const { fetch = globalThis.fetch, headers, credentials } = this.#options
    const signal = AbortSignal.timeout(cancelTimeoutMs)
    // The stream is over here whatever the server answers.
    fetch(url, defined({ method: 'POST', keepalive: true, signal, headers, credentials })).then(
      response => response.body?.cancel(),
      () => undefined,
    )
  }
}

/** Whether nothing more will come. */
export function isOver(state: StreamState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}
