/**
 * Carries one answer from a provider to a client that speaks the same dialect, chat completions or another: the fast path.
 * Buffers in, one string out for each read; nothing is awaited but a closing's signature.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { StreamError } from '@streamseal/stream'
import { toFailure } from '../http/gateway-error.ts'
import type { LiveStream, LiveStreams } from '../http/live-streams.ts'
import { onceClosed } from '../http/once-closed.ts'
import { ReaderWatch } from '../http/reader-watch.ts'
import type { AnswerSeal } from '../sealing/answer-seal.ts'
import type { AnswerObserver, SeenAnswer } from '../telemetry/answer-observer.ts'
import { chatDialect, type RelayDialect } from '../wire/relay-dialect.ts'
import type { StreamEditor } from '../wire/stream-editor.ts'
import { collectBody } from './body-collector.ts'
import { responseHeaders } from './headers.ts'
import { maskKey } from './mask-key.ts'
import { refuse } from './refuse.ts'
import { cutOff, shuttingDown } from './relay-errors.ts'
import { ResponseWriter } from './response-writer.ts'
import { type Patience, Silence } from './silence.ts'
import { callUpstream, type UpstreamCall, type UpstreamRequest } from './upstream-call.ts'

/** What a relay is told. */
export interface ChatRelayOptions {
  readonly request: UpstreamRequest
  /** What client and provider speak; default: OpenAI's chat completions. */
  readonly dialect?: RelayDialect
  /** Whether the client asked for a stream. */
  readonly isStreaming: boolean
  /** One seal a choice; none where the answer is not sealed. */
  readonly seals: readonly AnswerSeal[]
  readonly choices: number
  readonly patience: Patience
  readonly maxEventBytes: number
  readonly heartbeatMs: number
  /** The gateway's own headers of every answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly streams: Pick<LiveStreams, 'open'>
  /** Told of each answer that fails, for the log. */
  readonly onFailure: (error: unknown) => void
  /** Told of the answer's figures; nothing is measured where there is none. */
  readonly observer?: AnswerObserver | undefined
}

/** Relays one answer into `response`, which it ends. */
export class ChatRelay implements LiveStream {
  readonly #response: ServerResponse
  readonly #writer: ResponseWriter
  readonly #options: ChatRelayOptions
  readonly #silence: Silence
  readonly #reader: ReaderWatch
  readonly #dialect: RelayDialect
  readonly #editor: StreamEditor
  readonly #upstream: UpstreamCall
  readonly #leave: () => void
  #source: IncomingMessage | undefined
  #observer: AnswerObserver | undefined
  #hasFirst = false
  #wroteAt = 0
  /** Whether the client has got its end. */
  #isOver = false
  /** Whether the provider's response has ended. */
  #hasEnded = false
  /** Whether the client's response is closed. */
  #isClosed = false

  constructor(response: ServerResponse, options: ChatRelayOptions) {
    this.#response = response
    this.#writer = new ResponseWriter(response)
    this.#options = options
    this.#observer = options.observer
    this.#silence = new Silence(options.patience, performance.now())
    this.#reader = new ReaderWatch(response, options.patience.betweenTokensTimeoutMs)
    this.#dialect = options.dialect ?? chatDialect
    this.#editor = this.#dialect.edit(options)
    this.#leave = options.streams.open(this)
    onceClosed(response, () => this.#clientClosed())
    this.#upstream = callUpstream(options.request, {
      onConnect: () =>
        this.#silence.enter(options.isStreaming ? 'first-token' : 'whole-answer', performance.now()),
      onResponse: source => this.#begin(source),
      onFailure: error => this.#fail(this.#wroteAt > 0 ? cutOff(error) : error),
    })
  }

  check(now: number): void {
    if (this.#reader.isStuck(now)) this.#response.destroy()
    // While the provider is held back, its silence is not its own.
    if (this.#writer.isFull) this.#silence.since = now
    const overdue = this.#silence.overdue(now)
    if (overdue !== undefined && this.#isOver) this.#endUpstream()
    else if (overdue !== undefined) this.#fail(overdue)
    else if (this.#isBeatDue(now)) this.#write(': keep-alive\n\n', now)
  }

  stop(): void {
    if (this.#isOver) this.#endUpstream()
    else this.#fail(shuttingDown())
  }

  #isBeatDue(now: number): boolean {
    const isQuiet = this.#wroteAt > 0 && now - this.#wroteAt > this.#options.heartbeatMs
    return isQuiet && !this.#isOver && !this.#writer.isFull
  }

  #begin(source: IncomingMessage): void {
    if (this.#isOver) return
    this.#source = source
    const status = source.statusCode ?? 502
    if (status < 200 || status > 299) this.#finishWhole(() => this.#relayRefusal(source, status))
    else if (isCoded(source)) this.#fail(unreadable('is compressed, although it was asked not to be'))
    else if (isEventStream(source)) this.#beginStream(source)
    else this.#finishWhole(() => this.#relayWhole(source))
  }

  #beginStream(source: IncomingMessage): void {
    this.#response.writeHead(200, {
      ...responseHeaders(source.headers),
      ...this.#options.headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    this.#wroteAt = performance.now()
    // Mostly the first events come along with the head, and leave with it.
    setImmediate(() => this.#writer.flush())
    source.on('data', (chunk: Buffer) => this.#take(chunk))
    source.on('end', () => this.#sourceEnded())
    source.on('error', cause => this.#fail(cutOff(cause)))
    source.on('close', () => {
      if (!source.complete) this.#fail(cutOff())
    })
  }

  #take(chunk: Buffer): void {
    if (this.#isOver) return
    if (!this.#hasFirst) {
      this.#hasFirst = true
      this.#observer?.firstChunk()
    }
    const now = performance.now()
    this.#silence.enter('between-tokens', now)
    this.#give(this.#editor.feed(chunk.toString('latin1')), now)
  }

  #sourceEnded(): void {
    this.#hasEnded = true
    this.#leaveAtEnd()
    if (this.#editor.waiting === undefined && !this.#isOver) this.#give(this.#editor.end())
  }

  /** Writes what the editor has given out, and does what it says is next. */
  #give(bytes: string, now: number = performance.now()): void {
    const { failure, waiting, isDone } = this.#editor
    if (isDone) {
      this.#finish(bytes)
      return
    }
    this.#write(bytes, now)
    if (failure !== undefined) this.#fail(failure)
    else if (waiting !== undefined) this.#awaitClosing(waiting)
    else if (this.#hasEnded && !this.#isOver) this.#give(this.#editor.end(), now)
  }

  #awaitClosing(waiting: Promise<void>): void {
    this.#source?.pause()
    waiting.then(
      () => {
        this.#source?.resume()
        if (!this.#isOver) this.#give(this.#editor.feed(''))
      },
      error => this.#fail(error),
    )
  }

  #write(bytes: string, now: number): void {
    if (bytes === '') return
    this.#wroteAt = now
    // The client reads slower than the provider writes: the provider has to wait, not our memory.
    if (!this.#writer.write(bytes, this.#onDrain)) this.#source?.pause()
  }

  readonly #onDrain = (): void => {
    if (this.#editor.waiting === undefined) this.#source?.resume()
  }

  /** Everything that is not a stream: one body, in one piece. */
  #finishWhole(answer: () => Promise<void>): void {
    answer().catch(error => this.#fail(error))
  }

  async #relayWhole(source: IncomingMessage): Promise<void> {
    const body = await this.#collect(source)
    const json = body.toString('utf8')
    const sealed = await this.#dialect.sealWhole(json, this.#options.seals)
    if (this.#observer !== undefined) this.#tell(this.#dialect.seenOf(json))
    this.#endWith(200, { ...responseHeaders(source.headers), ...this.#options.headers }, sealed)
  }

  /** From its head on, an answer in one piece may not stall either. */
  #collect(source: IncomingMessage): Promise<Buffer> {
    const heard = (): void => this.#silence.enter('between-tokens', performance.now())
    heard()
    source.on('data', heard)
    source.on('end', () => {
      this.#hasEnded = true
    })
    return collectBody(source, this.#options.maxEventBytes)
  }

  /** A refusal passes as it is where it is JSON; a page of some proxy's HTML does not, and a redirect is not followed. */
  async #relayRefusal(source: IncomingMessage, status: number): Promise<void> {
    const body = maskKey(await this.#collect(source), this.#options.request.headers).toString('utf8')
    if (status < 400) throw unreadable(`has the status ${status}: redirects are not followed`)
    this.#tell({ error: refusalOf(status) })
    const headers = responseHeaders(source.headers)
    if (isJson(source) && !isCoded(source)) {
      this.#endWith(status, headers, body)
      return
    }
    const refusal = this.#dialect.shape(toFailure(refusalOf(status))).body
    this.#endWith(status, { ...headers, 'content-type': 'application/json' }, JSON.stringify(refusal))
  }

  #endWith(status: number, headers: Record<string, string | string[]>, body: string): void {
    if (this.#isOver) return
    this.#response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
    this.#isOver = true
    this.#response.end(body)
  }

  /** Tells the observer of the end, once. */
  #tell(seen: Partial<SeenAnswer> = {}): void {
    const observer = this.#observer
    this.#observer = undefined
    const { events: chunks, finishReasons, withUsage, last } = this.#editor
    observer?.end({ chunks, finishReasons, said: withUsage ?? last, ...seen })
  }

  #finish(last: string): void {
    this.#isOver = true
    this.#tell()
    // After the last event the provider's connection is kept for the next request, once its response has ended.
    this.#response.end(last, 'latin1')
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.onFailure(error)
    this.#tell({ error })
    this.#endUpstream()
    // While nothing has been sent, a status can still say what happened.
    if (this.#wroteAt === 0) refuse(this.#response, error, this.#dialect.shape)
    else this.#endStream(error)
  }

  /** The stream has begun: its seal is closed as failed, and an error event says why it ends. */
  #endStream(error: unknown): void {
    const tell = (closing: string): void => {
      const response = this.#response
      if (response.destroyed) return
      response.write(closing, 'latin1')
      // The last closing may just have been signed: then the answer is whole.
      if (this.#editor.isDone) response.end()
      else response.end(this.#editor.errorEvents(error))
    }
    this.#editor.close('failed').then(tell, () => tell(''))
  }

  /** Where the client is gone early, the provider must not go on at its expense. */
  #clientClosed(): void {
    this.#isClosed = true
    this.#leaveAtEnd()
    if (this.#isOver) return
    this.#isOver = true
    this.#tell({ error: aborted() })
    this.#endUpstream()
    if (this.#wroteAt > 0) this.#editor.close('aborted').catch(() => undefined)
  }

  /** Ends the provider's connection, if its response has not ended by itself. */
  #endUpstream(): void {
    if (!this.#hasEnded) this.#upstream.destroy()
    this.#hasEnded = true
    this.#leaveAtEnd()
  }

  /** An answer is under way until both connections are free, so that one that nobody reads still counts. */
  #leaveAtEnd(): void {
    if (this.#isClosed && this.#hasEnded) this.#leave()
  }
}

function refusalOf(status: number): StreamError {
  return new StreamError(`The provider refused the request with status ${status}`, {
    code: 'PROVIDER_ERROR',
    status,
  })
}

function aborted(): StreamError {
  return new StreamError('Cannot finish the answer: the client has gone', { code: 'ABORTED' })
}

function isEventStream(source: IncomingMessage): boolean {
  return source.headers['content-type']?.toLowerCase().startsWith('text/event-stream') ?? false
}

function isJson(source: IncomingMessage): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(source.headers['content-type'] ?? '')
}

function isCoded(source: IncomingMessage): boolean {
  return !/^(?:identity)?$/i.test(source.headers['content-encoding'] ?? '')
}

function unreadable(reason: string): StreamError {
  return new StreamError(`Cannot read the provider's answer: it ${reason}`, { code: 'PROVIDER_PROTOCOL' })
}
