/** Asks a model and returns the run: the one way in. */
import type { Message, Model, ModelPart, ModelRequest, RunResult, SealPart, Usage } from './contract.ts'
import { defined } from './defined.ts'
import { createCollector } from './run/collector.ts'
import { createMeter } from './run/meter.ts'
import { createPartLog } from './run/part-log.ts'
import { type Outcome, produce } from './run/produce.ts'
import type { Run, RunState } from './run/run.ts'
import { createRunSeal, type SealOptions, withoutSeal } from './run/run-seal.ts'
import { cumulative, textDeltas } from './run/text-reader.ts'
import { createWatchdog, defaultTimeouts, type Timeouts } from './run/watchdog.ts'
import { StreamError } from './stream-error.ts'
import { newStreamId } from './stream-id.ts'

export type { SealOptions } from './run/run-seal.ts'
export type { Timeouts } from './run/watchdog.ts'

/** What to ask, and how. Give `messages` or `prompt`, not both. */
export interface GenerateOptions extends Omit<ModelRequest, 'messages' | 'connectTimeoutMs'> {
  messages?: Message[]
  /** The same as one user message. */
  prompt?: string
  /** Seals every text of the answer; without it nothing is sealed. */
  seal?: SealOptions
  timeouts?: Timeouts
  /** The caller's own, kept on the run and shown in deliveries' metadata. */
  metadata?: Record<string, unknown>
  /** The run's id, which is its seal's stream id; default: random. */
  id?: string
  /** How much of the log is kept for readers, in characters; beyond it the slowest reader holds the model back. Default 4 Mi. */
  maxLogChars?: number
  /** The longest answer; beyond it the run fails with `LIMIT_EXCEEDED`. Default 16 Mi characters. With 0 nothing is limited and `result()` holds no text. */
  maxOutputChars?: number
}

/**
 * Asks the model at once and returns the run. Failures of the model are parts and rejections of the run, never thrown here.
 * @throws TypeError where neither or both of `messages` and `prompt` are given.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * const run = generate(demo({ tokensPerSecond: Infinity }), { prompt: 'Hello' })
 * let text = ''
 * for await (const delta of run.text) text += delta
 * assert.equal((await run.result()).text, text)
 * ```
 */
export function generate(model: Model, options: GenerateOptions): Run {
  const request = requestOf(options)
  const { id = newStreamId(), maxLogChars = 4 * 1024 * 1024, maxOutputChars = 16 * 1024 * 1024 } = options
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const log = createPartLog(maxLogChars)
  const meter = createMeter()
  const collector = createCollector(maxOutputChars)
  const abort = new AbortController()
  const spoke = { provider: model.provider, model: model.modelId }
  let state: RunState = 'running'
  let failure: StreamError | undefined

  const emit = (part: ModelPart | SealPart): void => {
    collector.take(part)
    log.append({ ...part })
  }
  const seal =
    options.seal === undefined
      ? withoutSeal(emit)
      : createRunSeal(sealOptionsOf(options.seal, request), emit, choice =>
          choice === 0 ? id : newStreamId(),
        )

  const take = (part: ModelPart): void => {
    meter.take(part)
    if (part.type === 'start') Object.assign(spoke, { provider: part.provider, model: part.model })
    if (part.type !== 'finish') seal.take(part)
  }

  const stop = (error: StreamError): void => abort.abort(error)
  const onCallerAbort = (): void => stop(cancelled())
  const ending = run()
  // Whoever cares awaits `result()`; a failure is also a part, so it is never lost.
  ending.catch(() => undefined)

  async function run(): Promise<RunResult> {
    const watchdog = createWatchdog(timeouts, stop)
    options.signal?.addEventListener('abort', onCallerAbort, { once: true })
    if (options.signal?.aborted) onCallerAbort()
    try {
      const asked = { ...request, signal: abort.signal, connectTimeoutMs: timeouts.connectMs }
      const open = (): AsyncIterable<ModelPart> => model.stream(asked)
      const outcome = await produce({
        open,
        provider: model.provider,
        log,
        watchdog,
        signal: abort.signal,
        take,
      })
      watchdog.stop()
      meter.stop()
      return await conclude(outcome)
    } finally {
      watchdog.stop()
      options.signal?.removeEventListener('abort', onCallerAbort)
      // Nothing of the request outlives the run.
      if (!abort.signal.aborted) abort.abort(cancelled())
      log.end()
    }
  }

  async function conclude(outcome: Outcome): Promise<RunResult> {
    const sealError = await closeSeal(outcome)
    if (outcome.kind === 'failed') return fail(outcome.error)
    if (outcome.kind === 'finish' && sealError !== undefined) return fail(sealError)
    const usage = outcome.kind === 'finish' ? meter.metrics().usage : estimatedUsage()
    const finish: Extract<ModelPart, { type: 'finish' }> =
      outcome.kind === 'finish' ? outcome.part : { type: 'finish', reason: 'aborted' }
    state = outcome.kind === 'finish' ? 'complete' : 'cancelled'
    emit({ ...finish, ...(usage === undefined ? {} : { usage }) })
    return resultOf(finish.reason, finish.rawReason, usage)
  }

  async function closeSeal(outcome: Outcome): Promise<StreamError | undefined> {
    try {
      await seal.close(sealEnding(outcome))
      return undefined
    } catch (error) {
      return error instanceof StreamError
        ? error
        : new StreamError(String(error), { code: 'INTERNAL', cause: error })
    }
  }

  function fail(error: StreamError): never {
    state = error.code === 'STREAM_INCOMPLETE' ? 'incomplete' : 'failed'
    const { code, message, retryable, provider, requestId } = error
    log.append({ type: 'error', code, message, retryable, ...defined({ provider, requestId }) })
    failure = withPartial(error, resultOf('error', undefined, estimatedUsage()))
    throw failure
  }

  function estimatedUsage(): Usage {
    return meter.estimatedUsage(() => request.messages.map(textOf).join('\n'))
  }

  function resultOf(
    finishReason: RunResult['finishReason'],
    raw: string | undefined,
    usage: Usage | undefined,
  ): RunResult {
    return {
      id,
      ...spoke,
      ...collector.collected(),
      finishReason,
      ...defined({ rawFinishReason: raw, usage }),
      metrics: { ...meter.metrics(), ...(usage === undefined ? {} : { usage }) },
    }
  }

  return {
    id,
    provider: model.provider,
    modelId: model.modelId,
    metadata: options.metadata ?? {},
    get state() {
      return state
    },
    get parts() {
      return log.read()
    },
    partsAfter: cursor => log.read(cursor),
    get text() {
      return textDeltas(log.read(), () => failure)
    },
    get responses() {
      return cumulative(textDeltas(log.read(), () => failure))
    },
    get metrics() {
      return meter.metrics()
    },
    result: () => ending,
    cancel: () => stop(cancelled()),
  }
}

function requestOf(options: GenerateOptions): ModelRequest {
  const { messages, prompt, seal, timeouts, metadata, id, maxLogChars, maxOutputChars, signal, ...rest } =
    options
  if ((messages === undefined) === (prompt === undefined)) {
    throw new TypeError('Cannot ask the model: give either `messages` or `prompt`')
  }
  if (prompt !== undefined) return { ...rest, messages: [{ role: 'user', content: prompt }] }
  if (!Array.isArray(messages))
    throw new TypeError(`Cannot ask the model: \`messages\` is a ${typeof messages}, not an array`)
  return { ...rest, messages }
}

function sealOptionsOf(seal: SealOptions, request: ModelRequest): SealOptions {
  return request.responseFormat?.type === 'json' ? { format: 'json', ...seal } : seal
}

function sealEnding(outcome: Outcome): 'complete' | 'aborted' | 'length-limited' | 'failed' {
  if (outcome.kind !== 'finish') return outcome.kind
  if (outcome.part.reason === 'length') return 'length-limited'
  if (outcome.part.reason === 'error') return 'failed'
  return outcome.part.reason === 'content-filter' ? 'aborted' : 'complete'
}

function cancelled(): StreamError {
  return new StreamError('The run was cancelled', { code: 'ABORTED' })
}

function withPartial(error: StreamError, partial: RunResult): StreamError {
  return new StreamError(error.message, {
    ...defined({ ...error, cause: error.cause }),
    code: error.code,
    partial,
  })
}

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content
  return content.map(part => (part.type === 'text' ? part.text : '')).join('')
}
