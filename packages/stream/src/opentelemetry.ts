/** Spans and metrics of models by OpenTelemetry's semantic conventions for generative AI (v1.45). No prompt and no answer is recorded. */
import type { Attributes, Histogram, Meter, Span, Tracer } from '@opentelemetry/api'
import type { Model, ModelPart, ModelRequest, Usage } from './contract.ts'
import { defined } from './defined.ts'
import { StreamError } from './stream-error.ts'

/** Where telemetry goes; what is not given is not recorded. */
export interface TelemetryOptions {
  /** Such as `trace.getTracer('my-app')`. */
  tracer?: Tracer
  /** Such as `metrics.getMeter('my-app')`, or `prometheusMeter(registry)` of `@streamseal/stream/prometheus`. */
  meter?: Pick<Meter, 'createHistogram'>
}

// `SpanKind.CLIENT` and `SpanStatusCode.ERROR`: the API package is needed for its types only.
const client = 2
const failure = 2

/**
 * A model whose every stream is a client span, `chat <model>`, with the metrics `gen_ai.client.operation.duration`,
 * `gen_ai.client.token.usage`, `gen_ai.client.operation.time_to_first_chunk` and `…time_per_output_chunk`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { demo } from '@streamseal/stream/demo'
 * import { withTelemetry } from '@streamseal/stream/opentelemetry'
 * assert.equal(withTelemetry(demo()).modelId, 'demo')
 * ```
 */
export function withTelemetry(model: Model, options: TelemetryOptions = {}): Model {
  const { tracer } = options
  const instruments = options.meter === undefined ? undefined : createInstruments(options.meter)
  const { provider, modelId } = model
  return {
    provider,
    modelId,
    stream: request => ({
      [Symbol.asyncIterator]: () => new Observed(model, request, tracer, instruments),
    }),
  }
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

type Result = IteratorResult<ModelPart, undefined>

/** One stream, its span and its figures. */
class Observed implements AsyncIterator<ModelPart> {
  readonly #inner: AsyncIterator<ModelPart>
  readonly #span: Span | undefined
  readonly #instruments: Instruments | undefined
  readonly #attributes: Attributes
  readonly #startedAt = performance.now()
  #lastAt: number | undefined
  #ended = false

  constructor(
    model: Model,
    request: ModelRequest,
    tracer: Tracer | undefined,
    instruments: Instruments | undefined,
  ) {
    this.#instruments = instruments
    this.#attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': providerName(model.provider),
      'gen_ai.request.model': model.modelId,
    }
    this.#span = tracer?.startSpan(`chat ${model.modelId}`, {
      kind: client,
      attributes: { ...this.#attributes, 'gen_ai.request.stream': true, ...requestAttributes(request) },
    })
    this.#inner = model.stream(request)[Symbol.asyncIterator]()
  }

  async next(): Promise<Result> {
    try {
      const { done, value } = await this.#inner.next()
      if (!done) this.#take(value)
      else this.#end('STREAM_INCOMPLETE')
      return done ? { done, value: undefined } : { done: false, value }
    } catch (error) {
      this.#end(error instanceof StreamError ? error.code : '_OTHER', error)
      throw error
    }
  }

  async return(): Promise<Result> {
    this.#end('ABORTED')
    await this.#inner.return?.()
    return { done: true, value: undefined }
  }

  #take(part: ModelPart): void {
    if ('delta' in part) this.#chunk()
    else if (part.type === 'start') this.#started(part)
    else if (part.type === 'error') this.#end(part.code)
    else if (part.type === 'finish') this.#finished(part)
  }

  #chunk(): void {
    const now = performance.now()
    const { firstChunk, perChunk } = this.#instruments ?? {}
    if (this.#lastAt === undefined) {
      const afterSeconds = (now - this.#startedAt) / 1000
      firstChunk?.record(afterSeconds, this.#attributes)
      this.#span?.setAttribute('gen_ai.response.time_to_first_chunk', afterSeconds)
    } else perChunk?.record((now - this.#lastAt) / 1000, this.#attributes)
    this.#lastAt = now
  }

  #started({ model, responseId }: Extract<ModelPart, { type: 'start' }>): void {
    this.#attributes['gen_ai.response.model'] = model
    this.#span?.setAttributes(defined({ 'gen_ai.response.model': model, 'gen_ai.response.id': responseId }))
  }

  #finished({ reason, usage, choices }: Extract<ModelPart, { type: 'finish' }>): void {
    const reasons = choices?.map(choice => choice.reason) ?? [reason]
    this.#span?.setAttributes({ 'gen_ai.response.finish_reasons': reasons, ...usageAttributes(usage) })
    for (const [type, count] of [
      ['input', usage?.inputTokens],
      ['output', usage?.outputTokens],
    ] as const) {
      if (count !== undefined)
        this.#instruments?.tokens.record(count, { ...this.#attributes, 'gen_ai.token.type': type })
    }
    this.#end()
  }

  #end(errorType?: string, error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    const failed = errorType === undefined ? {} : { 'error.type': errorType }
    this.#instruments?.duration.record((performance.now() - this.#startedAt) / 1000, {
      ...this.#attributes,
      ...failed,
    })
    if (errorType !== undefined) {
      this.#span?.setAttributes(failed)
      this.#span?.setStatus({
        code: failure,
        ...(error instanceof Error ? { message: error.message } : {}),
      })
    }
    this.#span?.end()
  }
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

function requestAttributes(request: ModelRequest): Attributes {
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
