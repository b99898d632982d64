/** Carries one answer of any kind from a provider to a client, byte for byte. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorShape } from '../http/error-shape.ts'
import type { LiveStream, LiveStreams } from '../http/live-streams.ts'
import { onceClosed } from '../http/once-closed.ts'
import { ReaderWatch } from '../http/reader-watch.ts'
import { byteHeaders, responseHeaders } from './headers.ts'
import { maskKey } from './mask-key.ts'
import { refuse } from './refuse.ts'
import { cutOff, shuttingDown } from './relay-errors.ts'
import { type Patience, Silence } from './silence.ts'
import { callUpstream, type UpstreamCall, type UpstreamRequest } from './upstream-call.ts'

/** What a relay is told. */
export interface ByteRelayOptions {
  readonly request: UpstreamRequest
  readonly patience: Patience
  readonly streams: Pick<LiveStreams, 'open'>
  /** Told of each answer that fails, for the log. */
  readonly onFailure: (error: unknown) => void
  /** In which shape a failure is answered where nothing has been sent; default: OpenAI's. */
  readonly shape?: ErrorShape
}

/** Relays one answer into `response`, which it ends. */
export class ByteRelay implements LiveStream {
  readonly #response: ServerResponse
  readonly #onFailure: (error: unknown) => void
  readonly #shape: ErrorShape | undefined
  readonly #headers: UpstreamRequest['headers']
  readonly #silence: Silence
  readonly #reader: ReaderWatch
  readonly #upstream: UpstreamCall
  #isOver = false

  constructor(response: ServerResponse, { request, patience, streams, onFailure, shape }: ByteRelayOptions) {
    this.#onFailure = onFailure
    this.#shape = shape
    this.#headers = request.headers
    this.#response = response
    this.#silence = new Silence(patience, performance.now())
    this.#reader = new ReaderWatch(response, patience.betweenTokensTimeoutMs)
    const leave = streams.open(this)
    onceClosed(response, () => {
      leave()
      if (this.#over()) this.#upstream.destroy()
    })
    this.#upstream = callUpstream(request, {
      onConnect: () => this.#silence.enter('first-token', performance.now()),
      onFailure: error => this.#fail(error),
      onResponse: source => this.#begin(source),
    })
  }

  check(now: number): void {
    if (this.#reader.isStuck(now)) this.#response.destroy()
    // While the provider is held back, its silence is not its own.
    if (this.#response.writableNeedDrain) this.#silence.since = now
    const overdue = this.#silence.overdue(now)
    if (overdue !== undefined) this.#fail(overdue)
  }

  stop(): void {
    this.#fail(shuttingDown())
  }

  #begin(source: IncomingMessage): void {
    if (this.#isOver) return
    const response = this.#response
    const { statusCode = 502 } = source
    response.writeHead(statusCode, safeHeaders(source))
    source.on('data', (chunk: Buffer) => {
      if (this.#isOver) return
      this.#silence.enter('between-tokens', performance.now())
      if (response.write(statusCode < 400 ? chunk : maskKey(chunk, this.#headers))) return
      source.pause()
      response.once('drain', () => source.resume())
    })
    source.on('end', () => {
      if (this.#over()) response.end()
    })
    source.on('error', cause => this.#fail(cutOff(cause)))
    source.on('close', () => {
      if (!source.complete) this.#fail(cutOff())
    })
  }

  #fail(error: unknown): void {
    if (!this.#over()) return
    this.#onFailure(error)
    this.#upstream.destroy()
    // Bytes of an unknown kind have no place for an error: a broken connection says that they are not whole.
    if (this.#response.headersSent) this.#response.destroy()
    else refuse(this.#response, error, this.#shape)
  }

  #over(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    return true
  }
}

/** A provider's page is text here, and never HTML. */
function safeHeaders(source: IncomingMessage): Record<string, string | string[]> {
  const headers = { ...responseHeaders(source.headers), ...byteHeaders(source.headers) }
  const isPage = /html|xml|svg/i.test(String(headers['content-type'] ?? ''))
  return isPage ? { ...headers, 'content-type': 'text/plain; charset=utf-8' } : headers
}
