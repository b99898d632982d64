/** A run that is being produced: asks the model, seals, logs, measures, and ends in exactly one way. */
import type {
  FinishReason,
  Model,
  ModelPart,
  ModelRequest,
  Part,
  RunMetrics,
  RunResult,
  SealPart,
  Usage,
} from '../contract.ts'
import { createDebugLog } from '../debug-log.ts'
import { defined } from '../defined.ts'
import { messageText } from '../message-text.ts'
import { costUsd, loadPrices, type Prices } from '../price.ts'
import { StreamError } from '../stream-error.ts'
import { newStreamId } from '../stream-id.ts'
import { callBack, type RunCallbacks } from './callbacks.ts'
import { type Collector, createCollector } from './collector.ts'
import { createMeter, type Meter } from './meter.ts'
import { createPartLog, type PartLog } from './part-log.ts'
import { type Outcome, produce } from './produce.ts'
import type { Run, RunState } from './run.ts'
import { createRunSeal, type RunSeal, type SealOptions, withoutSeal } from './run-seal.ts'
import { sealEnding } from './seal-ending.ts'
import { cumulativeText, textDeltas } from './text-reader.ts'
import { checkedTimeouts, createWatchdog, type Timeouts } from './watchdog.ts'

/** What a run is given beside its request; `generate` documents each. */
export interface RunOptions {
  seal: SealOptions | undefined
  timeouts: Timeouts | undefined
  prices: Prices | undefined
  metadata: Record<string, unknown> | undefined
  id: string | undefined
  maxLogChars: number | undefined
  maxOutputChars: number | undefined
  callbacks: RunCallbacks | undefined
}

const log = createDebugLog('streamseal:run')

/** Asks the model at once. */
export function startRun(model: Model, request: ModelRequest, options: RunOptions): Run {
  return new LiveRun(model, request, options)
}

class LiveRun implements Run {
  readonly id: string
  readonly provider: string
  readonly modelId: string
  readonly metadata: Readonly<Record<string, unknown>>
  state: RunState = 'running'
  readonly #model: Model
  readonly #request: ModelRequest
  readonly #timeouts: Required<Timeouts>
  readonly #prices: Prices | undefined
  readonly #log: PartLog
  readonly #collector: Collector
  readonly #meter: Meter = createMeter()
  readonly #seal: RunSeal
  readonly #abort = new AbortController()
  readonly #ending: Promise<RunResult>
  #spoke: { provider: string; model: string }
  #failure: StreamError | undefined
  #readerLeft = false

  constructor(model: Model, request: ModelRequest, options: RunOptions) {
    this.id = options.id ?? newStreamId()
    this.provider = model.provider
    this.modelId = model.modelId
    this.metadata = options.metadata ?? {}
    this.#model = model
    this.#request = request
    this.#timeouts = checkedTimeouts(options.timeouts)
    this.#prices = options.prices
    this.#log = createPartLog(options.maxLogChars ?? 4 * 1024 * 1024)
    this.#collector = createCollector(options.maxOutputChars ?? 16 * 1024 * 1024)
    this.#spoke = { provider: model.provider, model: model.modelId }
    this.#seal = this.#newSeal(options.seal)
    this.#ending = this.#run()
    // Whoever cares awaits `result()`; a failure is also a part, so it is never lost.
    this.#ending.catch(() => undefined)
    const { callbacks } = options
    if (callbacks !== undefined) void callBack(callbacks, this.#names(), this.text, this.#ending)
  }

  #names(): { id: string; provider: string; model: string } {
    return { id: this.id, provider: this.provider, model: this.modelId }
  }

  get parts(): AsyncIterableIterator<Part> {
    return this.#log.read()
  }

  partsAfter(cursor: number): AsyncIterableIterator<Part> {
    return this.#log.read(cursor)
  }

  get text(): AsyncIterableIterator<string> {
    return textDeltas(this.#log.read(), () => this.#failure)
  }

  get responses(): AsyncIterableIterator<string> {
    return cumulativeText(this.#log.read(), () => this.#failure)
  }

  get metrics(): RunMetrics {
    const metrics = this.#meter.metrics()
    const { provider, model } = this.#spoke
    return { ...metrics, ...defined({ costUsd: costUsd(provider, model, metrics.usage, this.#prices) }) }
  }

  result(): Promise<RunResult> {
    this.#log.drain()
    return this.#ending
  }

  cancel({ readerLeft = false }: { readerLeft?: boolean } = {}): void {
    this.#readerLeft ||= readerLeft
    this.#stop(cancelled())
  }

  #stop(error: StreamError): void {
    this.#abort.abort(error)
  }

  #newSeal(options: SealOptions | undefined): RunSeal {
    const emit = (part: ModelPart | SealPart): void => this.#emit(part)
    if (options === undefined) return withoutSeal(emit)
    const isJson = this.#request.responseFormat?.type === 'json'
    const chosen: SealOptions = isJson ? { format: 'json', ...options } : options
    let ownIdIsUsed = false
    return createRunSeal(chosen, emit, choice => {
      if (choice !== 0 || ownIdIsUsed) return newStreamId()
      ownIdIsUsed = true
      return this.id
    })
  }

  #emit(part: ModelPart | SealPart): void {
    this.#collector.take(part)
    this.#log.append(part)
  }

  #take(part: ModelPart): void {
    this.#meter.take(part)
    if (part.type === 'start') this.#spoke = { provider: part.provider, model: part.model }
    if (part.type !== 'finish') this.#seal.take(part)
  }

  async #run(): Promise<RunResult> {
    const { signal } = this.#request
    // A caller who aborts with a `StreamError` says why: the run fails with it, and its readers are told.
    const onCallerAbort = (): void =>
      this.#stop(signal?.reason instanceof StreamError ? signal.reason : cancelled())
    signal?.addEventListener('abort', onCallerAbort, { once: true })
    if (signal?.aborted) onCallerAbort()
    try {
      // The table is loaded while the model is asked; who stops the run does not wait for it.
      const prices = loadPrices(this.provider)
      const outcome = await this.#produce()
      if (outcome.kind === 'finish') await prices
      return await this.#conclude(outcome)
    } finally {
      signal?.removeEventListener('abort', onCallerAbort)
      // Nothing of the request outlives the run.
      if (!this.#abort.signal.aborted) this.cancel()
      this.#log.end()
    }
  }

  async #produce(): Promise<Outcome> {
    const { signal } = this.#abort
    const watchdog = createWatchdog(this.#timeouts, error => this.#stop(error))
    const asked = { ...this.#request, signal, connectTimeoutMs: this.#timeouts.connectMs }
    const outcome = await produce({
      open: () => this.#model.stream(asked),
      provider: this.provider,
      log: this.#log,
      watchdog,
      signal,
      take: part => this.#take(part),
    })
    watchdog.stop()
    this.#meter.stop()
    return outcome
  }

  async #conclude(outcome: Outcome): Promise<RunResult> {
    const sealError = await this.#closeSeal(outcome)
    if (outcome.kind === 'failed') return this.#fail(outcome.error)
    if (outcome.kind === 'aborted')
      return this.#finish('cancelled', { type: 'finish', reason: 'aborted', usage: this.#estimatedUsage() })
    if (sealError !== undefined) return this.#fail(sealError)
    return this.#finish('complete', { ...outcome.part, ...defined({ usage: this.#meter.metrics().usage }) })
  }

  async #closeSeal(outcome: Outcome): Promise<StreamError | undefined> {
    try {
      const ending = outcome.kind === 'finish' ? sealEnding(outcome.part.reason) : outcome.kind
      await this.#seal.close(ending, { beside: this.#readerLeft })
      return undefined
    } catch (error) {
      if (error instanceof StreamError) return error
      return new StreamError(String(error), { code: 'INTERNAL', cause: error })
    }
  }

  #finish(state: RunState, part: Extract<ModelPart, { type: 'finish' }>): RunResult {
    this.state = state
    log(state, { id: this.id, reason: part.reason, durationMs: Math.round(this.metrics.durationMs) })
    this.#emit(part)
    return this.#resultOf(part.reason, part.rawReason, part.usage)
  }

  #fail(error: StreamError): never {
    this.state = error.code === 'STREAM_INCOMPLETE' ? 'incomplete' : 'failed'
    const { code, message, retryable, provider, requestId } = error
    log(this.state, { id: this.id, code, provider, requestId })
    this.#log.append({ type: 'error', code, message, retryable, ...defined({ provider, requestId }) })
    this.#failure = withPartial(error, this.#resultOf('error', undefined, this.#estimatedUsage()))
    throw this.#failure
  }

  #estimatedUsage(): Usage {
    return this.#meter.estimatedUsage(() => this.#request.messages.map(messageText).join('\n'))
  }

  #resultOf(
    finishReason: FinishReason,
    rawFinishReason: string | undefined,
    usage: Usage | undefined,
  ): RunResult {
    return {
      id: this.id,
      ...this.#spoke,
      ...this.#collector.collected(),
      finishReason,
      ...defined({ rawFinishReason, usage }),
      metrics: this.metrics,
    }
  }
}

function cancelled(): StreamError {
  return new StreamError('The run was cancelled', { code: 'ABORTED' })
}

function withPartial(error: StreamError, partial: RunResult): StreamError {
  const { message, code, retryable, provider, status, requestId, retryAfterMs, cause } = error
  const known = defined({ provider, status, requestId, retryAfterMs, cause })
  return new StreamError(message, { code, retryable, ...known, partial })
}
