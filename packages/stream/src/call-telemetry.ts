/** One call of a model as OpenTelemetry's semantic conventions for generative AI (v1.45) have it: a client span and its metrics. */
import type { Attributes, Context, Histogram, Meter, Span, Tracer } from '@opentelemetry/api'
import type { ModelRequest, Usage } from './contract.ts'
import { defined } from './defined.ts'
import { costUsd, loadPrices } from './price.ts'
import { StreamError } from './stream-error.ts'

/** Where telemetry goes; what is not given is not recorded. */
export interface TelemetryOptions {
  /** Such as `trace.getTracer('my-app')`. */
  tracer?: Tracer
  /** Such as `metrics.getMeter('my-app')`, or `prometheusMeter(registry)` of `@streamseal/stream/prometheus`. */
  meter?: Pick<Meter, 'createHistogram'>
  /** The parent of a call's span, from the headers that its request brings; default: what the tracer finds by itself. */
  parent?: (headers: Readonly<Record<string, string>>) => Context | undefined
  /** Told of the usage of each answer that ended whole, and of what it cost by the price table, where both are known. */
  onUsage?: (used: UsedTokens) => void
}

/** What one answer used. */
export interface UsedTokens {
  provider: string
  /** The model that answered, or that was asked where it did not say. */
  model: string
  usage: Usage
  /** US dollars; `undefined` where the price is not known. */
  costUsd: number | undefined
}

/** A call that begins. */
export interface ObservedCall {
  provider: string
  model: string
  /** Whether the provider was asked for a stream; default true. */
  isStreaming?: boolean
  /** What is asked: numbers and names of it are recorded, never a message. */
  request?: Partial<ModelRequest>
}

/** Told how a call goes. */
export interface CallObserver {
  /** What goes to the provider with the request: `traceparent` (W3C Trace Context), where there is a span. */
  readonly headers: Readonly<Record<string, string>>
  started(answer: { model?: string | undefined; responseId?: string | undefined }): void
  /** A chunk of the answer has come: now, or at `at` on the clock of `performance.now()`. */
  chunk(at?: number): void
  /** So many chunks have come since the first: told once, it records the mean time between them. */
  chunks(count: number): void
  /** The answer is whole. */
  finished(end: { reasons: string[]; usage?: Usage | undefined }): void
  /** The call is over; `errorType` is a `StreamError`'s code, or `_OTHER`. Only the first end counts. */
  end(errorType?: string): void
}

// `SpanKind.CLIENT` and `SpanStatusCode.ERROR`: the API package is needed for its types only.
const client = 2
const failure = 2

/**
 * Makes observers of calls: what `withTelemetry` records, for who does not speak to a model through `Model`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { observeCalls } from '@streamseal/stream/opentelemetry'
 * import { prometheusMeter } from '@streamseal/stream/prometheus'
 * import { Registry } from 'prom-client'
 * const registry = new Registry()
 * const observe = observeCalls({ meter: prometheusMeter(registry) })
 * const call = observe({ provider: 'openai', model: 'gpt-5-mini' })
 * call.chunk()
 * call.finished({ reasons: ['stop'], usage: { inputTokens: 3, outputTokens: 1 } })
 * assert.match(await registry.metrics(), /gen_ai_client_token_usage_sum\{.*"input"\} 3/)
 * ```
 */
export function observeCalls(options: TelemetryOptions): (call: ObservedCall) => CallObserver {
  const instruments = options.meter === undefined ? undefined : createInstruments(options.meter)
  return call => new Observer(call, options, instruments)
}

/** The type of a failure by the conventions: its code, which quotes nothing. */
export function errorTypeOf(error: unknown): string {
  return error instanceof StreamError ? error.code : '_OTHER'
}

interface Instruments {
  duration: Histogram
  tokens: Histogram
  firstChunk: Histogram
  perChunk: Histogram
}

// Each metric's buckets are the conventions' own.
const durationBuckets = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power)
const tokenBuckets = Array.from({ length: 14 }, (_, power) => 4 ** power)
const firstChunkBuckets = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]
const perChunkBuckets = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]

function createInstruments(meter: Pick<Meter, 'createHistogram'>): Instruments {
  const histogram = (name: string, unit: string, description: string, buckets: number[]): Histogram =>
    meter.createHistogram(`gen_ai.client.${name}`, {
      unit,
      description,
      advice: { explicitBucketBoundaries: buckets },
    })
  return {
    duration: histogram('operation.duration', 's', 'How long the operation took', durationBuckets),
    tokens: histogram('token.usage', '{token}', 'Tokens used', tokenBuckets),
    firstChunk: histogram(
      'operation.time_to_first_chunk',
      's',
      'Until the first chunk of the answer',
      firstChunkBuckets,
    ),
    perChunk: histogram(
      'operation.time_per_output_chunk',
      's',
      'Between two chunks of the answer',
      perChunkBuckets,
    ),
  }
}

class Observer implements CallObserver {
  readonly headers: Readonly<Record<string, string>>
  readonly #options: TelemetryOptions
  readonly #instruments: Instruments | undefined
  readonly #call: ObservedCall
  readonly #span: Span | undefined
  readonly #attributes: Attributes
  readonly #startedAt = performance.now()
  #lastAt: number | undefined
  #answered: string | undefined
  #ended = false

  constructor(call: ObservedCall, options: TelemetryOptions, instruments: Instruments | undefined) {
    const { provider, model, request = {}, isStreaming = true } = call
    this.#call = call
    this.#options = options
    this.#instruments = instruments
    this.#attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': providerName(provider),
      'gen_ai.request.model': model,
    }
    this.#span = options.tracer?.startSpan(
      `chat ${model}`,
      {
        kind: client,
        attributes: {
          ...this.#attributes,
          'gen_ai.request.stream': isStreaming,
          ...requestAttributes(request),
        },
      },
      options.parent?.(request.headers ?? {}),
    )
    this.headers = traceHeaders(this.#span)
    if (options.onUsage !== undefined) void loadPrices(provider)
  }

  started({ model, responseId }: { model?: string | undefined; responseId?: string | undefined }): void {
    this.#answered = model
    if (model !== undefined) this.#attributes['gen_ai.response.model'] = model
    this.#span?.setAttributes(defined({ 'gen_ai.response.model': model, 'gen_ai.response.id': responseId }))
  }

  chunk(now: number = performance.now()): void {
    const { firstChunk, perChunk } = this.#instruments ?? {}
    if (this.#lastAt === undefined) {
      const afterSeconds = (now - this.#startedAt) / 1000
      firstChunk?.record(afterSeconds, this.#attributes)
      this.#span?.setAttribute('gen_ai.response.time_to_first_chunk', afterSeconds)
    } else perChunk?.record((now - this.#lastAt) / 1000, this.#attributes)
    this.#lastAt = now
  }

  chunks(count: number): void {
    if (this.#lastAt === undefined || count < 1) return
    const meanSeconds = (performance.now() - this.#lastAt) / 1000 / count
    this.#instruments?.perChunk.record(meanSeconds, this.#attributes)
  }

  finished({ reasons, usage }: { reasons: string[]; usage?: Usage | undefined }): void {
    this.#span?.setAttributes({ 'gen_ai.response.finish_reasons': reasons, ...usageAttributes(usage) })
    for (const [type, count] of [
      ['input', usage?.inputTokens],
      ['output', usage?.outputTokens],
    ] as const) {
      if (count !== undefined)
        this.#instruments?.tokens.record(count, { ...this.#attributes, 'gen_ai.token.type': type })
    }
    if (usage !== undefined) this.#used(usage)
    this.end()
  }

  #used(usage: Usage): void {
    const { provider } = this.#call
    const model = this.#answered ?? this.#call.model
    this.#options.onUsage?.({ provider, model, usage, costUsd: costUsd(provider, model, usage) })
  }

  end(errorType?: string): void {
    if (this.#ended) return
    this.#ended = true
    const failed = errorType === undefined ? {} : { 'error.type': errorType }
    this.#instruments?.duration.record((performance.now() - this.#startedAt) / 1000, {
      ...this.#attributes,
      ...failed,
    })
    if (errorType !== undefined) {
      this.#span?.setAttributes(failed)
      // No message: a provider's words may quote a prompt.
      this.#span?.setStatus({ code: failure })
    }
    this.#span?.end()
  }
}

/** The span as `traceparent` (W3C Trace Context §3.2), so that the provider's own trace goes on below it. */
function traceHeaders(span: Span | undefined): Record<string, string> {
  if (span === undefined) return {}
  const { traceId, spanId, traceFlags } = span.spanContext()
  return { traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}` }
}

// The conventions' own names where they have one.
const providerNames: Readonly<Record<string, string>> = {
  'azure-openai': 'azure.ai.openai',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  xai: 'x_ai',
}

function providerName(provider: string): string {
  return (Object.hasOwn(providerNames, provider) ? providerNames[provider] : undefined) ?? provider
}

function requestAttributes(request: Partial<ModelRequest>): Attributes {
  return defined({
    'gen_ai.request.max_tokens': request.maxOutputTokens,
    'gen_ai.request.temperature': request.temperature,
    'gen_ai.request.top_p': request.topP,
    'gen_ai.request.top_k': request.topK,
    'gen_ai.request.seed': request.seed,
    'gen_ai.request.frequency_penalty': request.frequencyPenalty,
    'gen_ai.request.presence_penalty': request.presencePenalty,
    'gen_ai.request.stop_sequences': request.stopSequences,
    'gen_ai.request.choice.count': request.choices,
    'gen_ai.output.type': request.responseFormat?.type,
  })
}

function usageAttributes(usage: Usage | undefined): Attributes {
  return defined({
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedInputTokens,
    'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWriteInputTokens,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoningTokens,
  })
}
