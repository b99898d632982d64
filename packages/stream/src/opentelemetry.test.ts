import { createRequire } from 'node:module'
import type { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base'
import { describe, expect, test } from 'vitest'
import type { Model } from './contract.ts'
import { generate } from './generate.ts'
import { observeCalls, type TelemetryOptions, type UsedTokens, withTelemetry } from './opentelemetry.ts'
import { loadPrices } from './price.ts'
import { StreamError } from './stream-error.ts'
import { modelSuite, scriptedModel } from './testing.ts'

// Its ES modules import without file endings, which only bundlers resolve.
const require = createRequire(import.meta.url)
const conventions =
  require('@opentelemetry/semantic-conventions/incubating') as typeof import('@opentelemetry/semantic-conventions/incubating')
const sdkMetrics = require('@opentelemetry/sdk-metrics') as typeof import('@opentelemetry/sdk-metrics')
const sdkTrace = require('@opentelemetry/sdk-trace-base') as typeof import('@opentelemetry/sdk-trace-base')

interface Telemetry {
  options: TelemetryOptions
  spans: InMemorySpanExporter
  figures(): Promise<Record<string, unknown[]>>
}

function telemetry(): Telemetry {
  const spans = new sdkTrace.InMemorySpanExporter()
  const tracers = new sdkTrace.BasicTracerProvider({
    spanProcessors: [new sdkTrace.SimpleSpanProcessor(spans)],
  })
  const exporter = new sdkMetrics.InMemoryMetricExporter(sdkMetrics.AggregationTemporality.CUMULATIVE)
  const reader = new sdkMetrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 })
  const meters = new sdkMetrics.MeterProvider({ readers: [reader] })
  return {
    options: { tracer: tracers.getTracer('test'), meter: meters.getMeter('test') },
    spans,
    async figures() {
      await reader.forceFlush()
      await meters.shutdown()
      const all = exporter
        .getMetrics()
        .flatMap(resource => resource.scopeMetrics.flatMap(scope => scope.metrics))
      return Object.fromEntries(
        all.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints.map(point => ({
            ...point.attributes,
            ...(point.value as { count: number; sum: number }),
          })),
        ]),
      )
    },
  }
}

const conventionNames = new Set<unknown>(Object.values(conventions))
const providersByName: Readonly<Record<string, string>> = {
  openai: conventions.GEN_AI_PROVIDER_NAME_VALUE_OPENAI,
  'azure-openai': conventions.GEN_AI_PROVIDER_NAME_VALUE_AZURE_AI_OPENAI,
  anthropic: conventions.GEN_AI_PROVIDER_NAME_VALUE_ANTHROPIC,
  google: conventions.GEN_AI_PROVIDER_NAME_VALUE_GCP_GEMINI,
  groq: conventions.GEN_AI_PROVIDER_NAME_VALUE_GROQ,
  deepseek: conventions.GEN_AI_PROVIDER_NAME_VALUE_DEEPSEEK,
  mistral: conventions.GEN_AI_PROVIDER_NAME_VALUE_MISTRAL_AI,
  xai: conventions.GEN_AI_PROVIDER_NAME_VALUE_X_AI,
}

modelSuite('withTelemetry', () => withTelemetry(scriptedModel('Hello world'), telemetry().options), { test })

describe('withTelemetry', () => {
  test('makes a client span with the attributes of the conventions', async () => {
    const { options, spans } = telemetry()
    await generate(withTelemetry(scriptedModel('Hello big world'), options), {
      prompt: 'a secret',
      maxOutputTokens: 9,
    }).result()
    const [span] = spans.getFinishedSpans()
    expect(span?.name).toBe('chat script')
    expect(span?.attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThanOrEqual(0)
    expect(span?.attributes).toEqual({
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'scripted',
      'gen_ai.request.model': 'script',
      'gen_ai.request.max_tokens': 9,
      'gen_ai.response.model': 'script',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 1,
      'gen_ai.usage.output_tokens': 3,
    })
    expect(JSON.stringify(span?.attributes)).not.toContain('secret')
  })

  test('records durations, tokens, the first chunk and the time between chunks', async () => {
    const { options, figures } = telemetry()
    await generate(withTelemetry(scriptedModel('Hello big world'), options), { prompt: 'x' }).result()
    const recorded = await figures()
    expect(recorded['gen_ai.client.operation.duration']).toMatchObject([{ count: 1 }])
    expect(recorded['gen_ai.client.operation.time_to_first_chunk']).toMatchObject([{ count: 1 }])
    expect(recorded['gen_ai.client.operation.time_per_output_chunk']).toMatchObject([{ count: 2 }])
    expect(recorded['gen_ai.client.token.usage']).toMatchObject([
      { 'gen_ai.token.type': 'input', sum: 1 },
      { 'gen_ai.token.type': 'output', sum: 3 },
    ])
  })

  test('every name, and every provider that the conventions know, is as the conventions write it', async () => {
    const { options, spans, figures } = telemetry()
    const usage = {
      inputTokens: 5,
      cachedInputTokens: 2,
      cacheWriteInputTokens: 1,
      outputTokens: 4,
      reasoningTokens: 3,
    }
    for (const provider of Object.keys(providersByName)) {
      const script = [
        { type: 'start', provider, model: 'm', responseId: 'r' },
        { type: 'finish', reason: 'stop', usage },
      ] as const
      const model = withTelemetry(scriptedModel(script, { provider }), options)
      const request = {
        prompt: 'x',
        maxOutputTokens: 9,
        temperature: 0,
        topP: 1,
        topK: 1,
        seed: 1,
        frequencyPenalty: 0,
        presencePenalty: 0,
        stopSequences: ['END'],
        choices: 1,
        responseFormat: { type: 'json' },
      } as const
      await generate(model, { ...request, stopSequences: [...request.stopSequences] }).result()
      const attributes = spans.getFinishedSpans().at(-1)?.attributes ?? {}
      expect(attributes['gen_ai.provider.name']).toBe(providersByName[provider])
      expect(Object.keys(attributes).filter(name => !conventionNames.has(name))).toEqual([])
      expect(attributes['gen_ai.usage.reasoning.output_tokens']).toBe(3)
    }
    expect(Object.keys(await figures()).filter(name => !conventionNames.has(name))).toEqual([])
  })

  test.each([
    [
      'fails',
      'OVERLOADED',
      (): Promise<void> => Promise.reject(new StreamError('no', { code: 'OVERLOADED' })),
    ],
    ['is cut', 'STREAM_INCOMPLETE', (): void => undefined],
  ])('ends the span with an error where the stream %s', async (_, code, step) => {
    const { options, spans } = telemetry()
    const model: Model = scriptedModel([{ type: 'start', provider: 'p', model: 'm' }, step])
    await generate(withTelemetry(model, options), { prompt: 'x', retry: false })
      .result()
      .catch(() => undefined)
    expect(spans.getFinishedSpans()).toMatchObject([
      { status: { code: 2 /* ERROR */ }, attributes: { 'error.type': code } },
    ])
  })

  test('sends its span on as traceparent, and says no word of an error', async () => {
    const { options, spans } = telemetry()
    let sent: Record<string, string> | undefined
    const inner = scriptedModel([() => Promise.reject(new StreamError('a secret', { code: 'OVERLOADED' }))])
    const spy: Model = {
      ...inner,
      stream(request) {
        sent = request.headers
        return inner.stream(request)
      },
    }
    await generate(withTelemetry(spy, options), { prompt: 'x', retry: false, headers: { 'x-mine': '1' } })
      .result()
      .catch(() => undefined)
    const [span] = spans.getFinishedSpans()
    const { traceId, spanId } = span!.spanContext()
    expect(sent).toEqual({ 'x-mine': '1', traceparent: `00-${traceId}-${spanId}-01` })
    expect(JSON.stringify([span?.status, span?.attributes, span?.events])).not.toContain('secret')
  })

  test('tells what was used and what it cost, where the price is known', async () => {
    const used: UsedTokens[] = []
    const observe = observeCalls({ onUsage: one => used.push(one) })
    observe({ provider: 'openai', model: 'gpt-4o' })
    await loadPrices('openai')
    const call = observe({ provider: 'openai', model: 'gpt-4o' })
    call.finished({ reasons: ['stop'], usage: { inputTokens: 1_000_000, outputTokens: 0 } })
    expect(used).toEqual([
      {
        provider: 'openai',
        model: 'gpt-4o',
        usage: { inputTokens: 1_000_000, outputTokens: 0 },
        costUsd: expect.any(Number),
      },
    ])
    expect(used[0]?.costUsd).toBeGreaterThan(0)
  })

  test('ends the span where the reader leaves', async () => {
    const { options, spans } = telemetry()
    for await (const part of withTelemetry(scriptedModel('Hello'), options).stream({ messages: [] }))
      if (part.type === 'start') break
    expect(spans.getFinishedSpans()).toMatchObject([{ attributes: { 'error.type': 'ABORTED' } }])
  })
})
