/** Bounds of a model that many callers share: how many streams at once, how long each. */
import type { Model, ModelPart, ModelRequest } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { startTimer } from '../timer.ts'
import { createTurns, type Turns } from './turns.ts'

/** The bounds. */
export interface LimitOptions {
  /** How many streams at once; further ones wait their turn. Default: no limit. */
  maxConcurrentStreams?: number
  /** How many may wait; one more fails with `RATE_LIMITED`. Default 100. */
  maxWaitingStreams?: number
  /** How long a stream may take from its turn on, in milliseconds; then it fails with `TIMEOUT_TOTAL`. Default: no limit. */
  streamTimeoutMs?: number
}

/**
 * The model within bounds. All streams of the returned model share them. Throws `RangeError` for a bound that is none.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate, withLimits } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * const model = withLimits(demo({ text: 'Hello', tokensPerSecond: Infinity }), { maxConcurrentStreams: 1 })
 * const results = await Promise.all([1, 2, 3].map(() => generate(model, { prompt: 'x' }).result()))
 * assert.equal(results.length, 3)
 * ```
 */
export function withLimits(model: Model, options: LimitOptions): Model {
  checkBounds(options)
  const { provider, modelId } = model
  const { maxConcurrentStreams = Number.POSITIVE_INFINITY, maxWaitingStreams = 100 } = options
  const turns = createTurns({
    max: maxConcurrentStreams,
    maxWaiting: maxWaitingStreams,
    refusal: waiting => tooMany(provider, waiting),
  })
  return { provider, modelId, stream: request => limited(model, request, turns, options) }
}

async function* limited(
  model: Model,
  request: ModelRequest,
  turns: Turns,
  { streamTimeoutMs }: LimitOptions,
): AsyncGenerator<ModelPart> {
  const leave = await turns.enter(request.signal)
  const deadline = createDeadline(model.provider, request.signal, streamTimeoutMs)
  try {
    yield* model.stream({ ...request, signal: deadline.signal })
  } finally {
    deadline.clear()
    leave()
  }
}

/** Zero streams, or zero time, would let nobody through; nobody may have to wait. */
function checkBounds({
  maxConcurrentStreams = 1,
  maxWaitingStreams = 0,
  streamTimeoutMs = 1,
}: LimitOptions): void {
  checkBound('maxConcurrentStreams', maxConcurrentStreams, 1)
  checkBound('maxWaitingStreams', maxWaitingStreams, 0)
  checkBound('streamTimeoutMs', streamTimeoutMs, 1)
}

function checkBound(name: string, value: number, least: number): void {
  if (value >= least) return
  throw new RangeError(`Cannot limit a model: ${name} must be at least ${least}, not ${value}`)
}

function tooMany(provider: string, count: number): StreamError {
  return new StreamError(`"${provider}" is busy: ${count} streams wait already`, {
    code: 'RATE_LIMITED',
    provider,
  })
}

/** A signal that follows the caller's, and is aborted when the time is up. */
function createDeadline(
  provider: string,
  signal: AbortSignal | undefined,
  timeMs = Number.POSITIVE_INFINITY,
): { signal: AbortSignal; clear: () => void } {
  const abort = new AbortController()
  const onAbort = (): void => abort.abort(signal?.reason)
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  const late = (): void =>
    abort.abort(
      new StreamError(`"${provider}" took longer than ${timeMs} ms`, { code: 'TIMEOUT_TOTAL', provider }),
    )
  const stopTimer = startTimer(timeMs, late)
  return {
    signal: abort.signal,
    clear() {
      stopTimer()
      signal?.removeEventListener('abort', onAbort)
    },
  }
}
