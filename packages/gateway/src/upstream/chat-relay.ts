/**
 * Carries one chat completion from a provider that speaks OpenAI's dialect to a client that does: the fast path.
 * Buffers in, one string out for each read; nothing is awaited but a closing's signature.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { StreamError } from '@streamseal/stream'
import { toFailure, toOpenAIErrorBody } from '../http/gateway-error.ts'
import type { LiveStream, LiveStreams } from '../http/live-streams.ts'
import type { AnswerSeal } from '../sealing/answer-seal.ts'
import { ChatStreamEditor } from '../wire/chat-stream-editor.ts'
import { openAIErrorEvent } from '../wire/openai-error.ts'
import { sealChatCompletion } from '../wire/seal-chat-completion.ts'
import { collectBody } from './body-collector.ts'
import { responseHeaders } from './headers.ts'
import { refuse } from './refuse.ts'
import { cutOff, shuttingDown } from './relay-errors.ts'
import { type Patience, Silence } from './silence.ts'
import { callUpstream, type UpstreamCall, type UpstreamRequest } from './upstream-call.ts'

/** What a relay is told. */
export interface ChatRelayOptions {
  readonly request: UpstreamRequest
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
  readonly streams: LiveStreams
  /** Told of each answer that fails, for the log. */
  readonly onFailure: (error: unknown) => void
}

/** Relays one answer into `response`, which it ends. */
export class ChatRelay implements LiveStream {
  readonly #response: ServerResponse
  readonly #options: ChatRelayOptions
  readonly #silence: Silence
  readonly #editor: ChatStreamEditor
  readonly #upstream: UpstreamCall
  readonly #leave: () => void
  #source: IncomingMessage | undefined
  #wroteAt = 0
  #isOver = false
  #hasEnded = false

  constructor(response: ServerResponse, options: ChatRelayOptions) {
    this.#response = response
    this.#options = options
    this.#silence = new Silence(options.patience, performance.now())
    this.#editor = new ChatStreamEditor(options)
    this.#leave = options.streams.open(this)
    response.on('close', () => this.#clientLeft())
    this.#upstream = callUpstream(options.request, {
      onConnect: () => this.#silence.enter(options.isStreaming ? 'first-token' : 'whole', performance.now()),
      onResponse: source => this.#begin(source),
      onFailure: error => this.#fail(this.#wroteAt > 0 ? cutOff(error) : error),
    })
  }

  check(now: number): void {
    const overdue = this.#silence.overdue(now)
    if (overdue !== undefined && this.#isOver) this.#close()
    else if (overdue !== undefined) this.#fail(overdue)
    else if (this.#isBeatDue(now)) this.#write(': keep-alive\n\n')
  }

  stop(): void {
    if (this.#isOver) this.#close()
    else this.#fail(shuttingDown())
  }

  #isBeatDue(now: number): boolean {
    const isQuiet = this.#wroteAt > 0 && now - this.#wroteAt > this.#options.heartbeatMs
    return isQuiet && !this.#response.writableNeedDrain
  }

  #begin(source: IncomingMessage): void {
    if (this.#isOver) return
    this.#source = source
    const status = source.statusCode ?? 502
    if (status < 200 || status > 299) this.#finishWhole(() => this.#relayRefusal(source, status))
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
    this.#response.flushHeaders()
    this.#wroteAt = performance.now()
    source.on('data', (chunk: Buffer) => this.#take(chunk))
    source.on('end', () => this.#sourceEnded())
    source.on('error', cause => this.#fail(cutOff(cause)))
    source.on('close', () => {
      if (!source.complete) this.#fail(cutOff())
    })
  }

  #take(chunk: Buffer): void {
    if (this.#isOver) return
    this.#silence.enter('between-tokens', performance.now())
    this.#pump(() => this.#editor.feed(chunk.toString('latin1')))
  }

  #sourceEnded(): void {
    this.#hasEnded = true
    if (this.#isOver) this.#leave()
    if (this.#editor.waiting === undefined) this.#pump(() => this.#editor.end())
  }

  #pump(step: () => string): void {
    if (this.#isOver) return
    this.#write(step())
    const { failure, waiting, isDone } = this.#editor
    if (failure !== undefined) this.#fail(failure)
    else if (waiting !== undefined) this.#awaitClosing(waiting)
    else if (isDone) this.#finish()
    else if (this.#hasEnded) this.#pump(() => this.#editor.end())
  }

  #awaitClosing(waiting: Promise<void>): void {
    this.#source?.pause()
    waiting.then(
      () => {
        this.#source?.resume()
        this.#pump(() => this.#editor.feed(''))
      },
      error => this.#fail(error),
    )
  }

  #write(bytes: string): void {
    if (bytes === '' || this.#isOver) return
    this.#wroteAt = performance.now()
    if (this.#response.write(bytes, 'latin1')) return
    // The client reads slower than the provider writes: the provider has to wait, not our memory.
    this.#source?.pause()
    this.#response.once('drain', () => {
      if (this.#editor.waiting === undefined) this.#source?.resume()
    })
  }

  /** Everything that is not a stream: one body, in one piece. */
  #finishWhole(answer: () => Promise<void>): void {
    answer().catch(error => this.#fail(error))
  }

  async #relayWhole(source: IncomingMessage): Promise<void> {
    const body = await collectBody(source, this.#options.maxEventBytes)
    const sealed = await sealChatCompletion(body.toString('utf8'), this.#options.seals)
    this.#endWith(200, { ...responseHeaders(source.headers), ...this.#options.headers }, sealed)
  }

  /** A refusal passes as it is where it is JSON; a page of some proxy's HTML does not. */
  async #relayRefusal(source: IncomingMessage, status: number): Promise<void> {
    const body = (await collectBody(source, this.#options.maxEventBytes)).toString('utf8')
    const headers = responseHeaders(source.headers)
    if (isJson(source)) {
      this.#endWith(status, headers, body)
      return
    }
    const error = new StreamError(`The provider refused the request with status ${status}`, {
      code: 'PROVIDER_ERROR',
    })
    const json = JSON.stringify(toOpenAIErrorBody(toFailure(error)))
    this.#endWith(status >= 400 ? status : 502, { ...headers, 'content-type': 'application/json' }, json)
  }

  #endWith(status: number, headers: Record<string, string | string[]>, body: string): void {
    if (this.#isOver) return
    this.#response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
    this.#isOver = true
    this.#leave()
    this.#response.end(body)
  }

  #finish(): void {
    this.#isOver = true
    this.#response.end()
    // After [DONE] the provider's connection is kept for the next request, once its response has ended.
    if (this.#hasEnded) this.#leave()
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.#options.onFailure(error)
    this.#close()
    // While nothing has been sent, a status can still say what happened.
    if (this.#wroteAt === 0) refuse(this.#response, error)
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
      else response.end(openAIErrorEvent(error))
      // A client that does not read would keep the connection for ever.
      if (response.writableNeedDrain) response.destroy()
    }
    this.#editor.close('failed').then(tell, () => tell(''))
  }

  /** The client is gone: the provider must not go on at its expense. */
  #clientLeft(): void {
    if (this.#isOver) return
    this.#close()
    if (this.#wroteAt > 0) this.#editor.close('aborted').catch(() => undefined)
  }

  /** Ends the provider's connection. */
  #close(): void {
    this.#isOver = true
    this.#upstream.destroy()
    this.#leave()
  }
}

function isEventStream(source: IncomingMessage): boolean {
  return source.headers['content-type']?.toLowerCase().startsWith('text/event-stream') ?? false
}

function isJson(source: IncomingMessage): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(source.headers['content-type'] ?? '')
}
