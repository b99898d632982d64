/** Guide 2's handler: a model and a format, streamed as events or over a socket, with limits and figures. */
import type { Message, Model } from '../contract.ts'
import { createDebugLog } from '../debug-log.ts'
import { readFrames } from '../deliveries/frame-reader.ts'
import type { Frames } from '../deliveries/frames.ts'
import { createSseFrames } from '../deliveries/sse-frames.ts'
import { type GenerateOptions, generate } from '../generate.ts'
import { createTurns, type Turns } from '../resilience/turns.ts'
import type { Run } from '../run/run.ts'
import { StreamError } from '../stream-error.ts'
import { createQueryFrames, queryError } from '../ws/query-frames.ts'
import { isOpen, type SocketLike } from '../ws/socket.ts'
import { type WebSocketOptions, webSocket } from '../ws/web-socket.ts'
import { checkFormat, checkModel } from './handler-arguments.ts'
import { HandlerMeter, type HandlerMetrics } from './handler-metrics.ts'
import type { StreamFormat } from './stream-format.ts'

/** How a handler streams: what `generate` takes for every stream, and the handler's own limits. */
export interface StreamingHandlerOptions
  extends Omit<GenerateOptions, 'messages' | 'prompt' | 'id' | 'signal'> {
  /** How long a stream may take, in milliseconds, from its turn on; then it fails with `TIMEOUT_TOTAL`. Default 120,000. */
  streamTimeoutMs?: number
  /** How many streams at once; further ones wait their turn. Default 10. */
  maxConcurrentStreams?: number
  /** How many may wait; one more fails with `RATE_LIMITED`. Default 100. */
  maxWaitingStreams?: number
  /** How long one may wait for its turn, in milliseconds; then it fails with `RATE_LIMITED`. Default 30,000. */
  maxWaitMs?: number
}

/** How one stream is made. */
export interface StreamCallOptions {
  /** Throws the `StreamError` instead of sending an error frame, for callers who write their own. Default false. */
  throwOnError?: boolean
  /** Cancels the stream. */
  signal?: AbortSignal
}

const log = createDebugLog('streamseal:handler')

/**
 * Streams one model's answers. Both methods send whole frames, and on failure exactly one error frame.
 * `DEBUG=streamseal:handler` logs ids, codes and counts.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { demo } from '@streamseal/stream/demo'
 * import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
 * const handler = new StreamingHandler(demo({ text: 'Hello', tokensPerSecond: Infinity }), StreamFormat.SSE)
 * const frames: string[] = []
 * for await (const frame of handler.streamSse([{ role: 'user', content: 'x' }])) frames.push(frame)
 * assert.equal(frames[0], 'data: {"content":"Hello","metadata":{},"is_final":false}\n\n')
 * assert.equal(handler.metrics.completedStreams, 1)
 * await handler.cleanup()
 * ```
 */
export class StreamingHandler {
  readonly model: Model
  readonly format: StreamFormat
  readonly #options: StreamingHandlerOptions
  readonly #turns: Turns
  readonly #meter = new HandlerMeter()
  /** One for each stream that waits or is under way. */
  readonly #stops = new Set<AbortController>()

  constructor(model: Model, format: StreamFormat, options: StreamingHandlerOptions = {}) {
    checkModel(model)
    checkFormat(format)
    this.model = model
    this.format = format
    this.#options = options
    const { maxConcurrentStreams = 10, maxWaitingStreams = 100, maxWaitMs = 30_000 } = options
    this.#turns = createTurns({
      max: maxConcurrentStreams,
      maxWaiting: maxWaitingStreams,
      maxWaitMs,
      refusal: () => tooMany(maxConcurrentStreams),
    })
  }

  /** Live figures of all streams. */
  get metrics(): HandlerMetrics {
    return this.#meter.metrics(this.#turns.waiting)
  }

  /**
   * The answer as event stream frames, `data: {…}\n\n` each, whole; the model is asked when the first is read. Leaving
   * the loop cancels the stream.
   */
  streamSse(messages: Message[], options: StreamCallOptions = {}): AsyncIterableIterator<string, undefined> {
    const stop = new AbortController()
    let run: Run | undefined
    const frames = this.#sseFrames(messages, options, stop, begun => {
      run = begun
    })
    return {
      [Symbol.asyncIterator]() {
        return this
      },
      next: () => frames.next(),
      async return() {
        // A run that has begun is told by name: nothing can be appended to what its reader has left.
        if (run === undefined) stop.abort(cancelled())
        else run.cancel({ readerLeft: true })
        void frames.return(undefined)
        return { done: true, value: undefined }
      },
    }
  }

  /** Sends the answer over the socket, which stays open; resolves when all is sent or the client has left. */
  async streamWebSocket(
    socket: SocketLike,
    messages: Message[],
    { throwOnError, signal, ...options }: StreamCallOptions & Omit<WebSocketOptions, 'frames'> = {},
  ): Promise<void> {
    try {
      const { run, close } = await this.#open(messages, signal, new AbortController())
      try {
        const frames = createQueryFrames({ metadata: run.metadata, metrics: () => run.metrics })
        await webSocket(run, socket, { ...options, frames: throwOnError ? throwing(frames) : frames })
      } finally {
        close()
      }
    } catch (error) {
      if (throwOnError || !(error instanceof StreamError)) throw error
      if (isOpen(socket)) socket.send(queryError(error.message))
    }
  }

  /** Cancels every stream, those that wait included, and resolves when all have ended. The handler can be used again. */
  async cleanup(): Promise<void> {
    const { active } = this.#meter
    for (const stop of this.#stops) stop.abort(cancelled())
    await Promise.allSettled(active.map(run => run.result()))
  }

  async *#sseFrames(
    messages: Message[],
    { throwOnError, signal }: StreamCallOptions,
    stop: AbortController,
    onBegin: (run: Run) => void,
  ): AsyncGenerator<string, undefined> {
    try {
      const { run, close } = await this.#open(messages, signal, stop)
      onBegin(run)
      try {
        const frames = createSseFrames({ metadata: run.metadata, metrics: () => run.metrics })
        yield* readFrames(run, throwOnError ? throwing(frames) : frames, { heartbeatMs: 0 })
      } finally {
        close()
      }
    } catch (error) {
      if (throwOnError || !(error instanceof StreamError)) throw error
      const { code, message, retryable } = error
      yield createSseFrames().take({ type: 'error', code, message, retryable, cursor: 0 }) as string
    }
  }

  /** Waits for a turn and asks the model. */
  async #open(
    messages: Message[],
    signal: AbortSignal | undefined,
    stop: AbortController,
  ): Promise<OpenStream> {
    const unfollow = follow(stop, signal)
    this.#stops.add(stop)
    const forget = (): void => {
      unfollow()
      this.#stops.delete(stop)
    }
    let release = (): void => undefined
    try {
      release = await this.#turns.enter(stop.signal)
      const run = this.#ask(messages, stop.signal)
      return { run, close: () => this.#close(run, [forget, release]) }
    } catch (error) {
      this.#meter.refused()
      forget()
      release()
      throw error
    }
  }

  #ask(messages: Message[], signal: AbortSignal): Run {
    if (Array.isArray(messages) && messages.length === 0) {
      throw new StreamError('No query provided', { code: 'INVALID_REQUEST' })
    }
    const { streamTimeoutMs, maxConcurrentStreams, maxWaitingStreams, maxWaitMs, ...options } = this.#options
    const timeouts = { totalMs: streamTimeoutMs ?? 120_000, ...options.timeouts }
    const run = generate(this.model, { ...options, messages, timeouts, signal })
    this.#meter.begin(run)
    log('begin', { id: run.id, format: this.format, active: this.#meter.active.length })
    return run
  }

  /** Nobody reads the run any more; its turn is over when it has ended. */
  #close(run: Run, releases: (() => void)[]): void {
    const ended = (): void => {
      this.#meter.end(run)
      for (const release of releases) release()
      log('end', { id: run.id, state: run.state, chunks: run.metrics.chunks })
    }
    if (run.state !== 'running') {
      ended()
      return
    }
    run.cancel({ readerLeft: true })
    run.result().then(ended, ended)
  }
}

interface OpenStream {
  run: Run
  close(): void
}

/** Aborts with the caller's signal; returns what ends that. */
function follow(stop: AbortController, signal: AbortSignal | undefined): () => void {
  const onAbort = (): void => stop.abort(signal?.reason instanceof StreamError ? signal.reason : cancelled())
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  return () => signal?.removeEventListener('abort', onAbort)
}

/** The same frames, but for an error, which is thrown. */
function throwing(frames: Frames): Frames {
  return {
    ...frames,
    take(part) {
      if (part.type === 'error') throw new StreamError(part.message, part)
      return frames.take(part)
    },
  }
}

function tooMany(max: number): StreamError {
  return new StreamError(`Cannot take another stream: ${max} are under way`, { code: 'RATE_LIMITED' })
}

function cancelled(): StreamError {
  return new StreamError('The stream was cancelled', { code: 'ABORTED' })
}
