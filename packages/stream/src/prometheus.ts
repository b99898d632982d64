/** The figures of `withTelemetry` in a Prometheus registry: OpenTelemetry's names as its own exporter would write them. */
import type { Attributes, Histogram, MetricOptions } from '@opentelemetry/api'
import { Histogram as PrometheusHistogram, type Registry } from 'prom-client'

/** What `withTelemetry` makes its metrics with. */
export interface PrometheusMeter {
  createHistogram(name: string, options?: MetricOptions): Histogram
}

// Every label that the metrics of the conventions may have: Prometheus wants them named before they are used.
const attributes = [
  'gen_ai.operation.name',
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'gen_ai.token.type',
  'error.type',
] as const

/**
 * A meter that records into the registry of `prom-client`, for `withTelemetry`. The metrics are the histograms
 * `gen_ai_client_operation_duration_seconds`, `gen_ai_client_operation_time_to_first_chunk_seconds`,
 * `gen_ai_client_operation_time_per_output_chunk_seconds` and `gen_ai_client_token_usage`. Several meters on one registry
 * share them. Labels are the models' and providers' names, the type of tokens and the code of an error: nothing that a
 * reader chooses, unless readers choose the model.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { withTelemetry } from '@streamseal/stream/opentelemetry'
 * import { prometheusMeter } from '@streamseal/stream/prometheus'
 * import { Registry } from 'prom-client'
 * const registry = new Registry()
 * const model = withTelemetry(demo({ tokensPerSecond: Infinity }), { meter: prometheusMeter(registry) })
 * await generate(model, { prompt: 'Hello' }).result()
 * assert.match(await registry.metrics(), /gen_ai_client_operation_duration_seconds_count\{.*\} 1/)
 * ```
 */
export function prometheusMeter(registry: Registry): PrometheusMeter {
  return { createHistogram: (name, options) => histogramOf(registry, name, options) }
}

function histogramOf(
  registry: Registry,
  given: string,
  { unit, description, advice }: MetricOptions = {},
): Histogram {
  // A unit in braces is a note, and no part of the name (OpenTelemetry's compatibility with Prometheus).
  const name = `${toLabel(given)}${unit === 's' ? '_seconds' : ''}`
  const known = registry.getSingleMetric(name)
  const histogram =
    known instanceof PrometheusHistogram
      ? known
      : new PrometheusHistogram({
          name,
          help: description ?? given,
          labelNames: attributes.map(toLabel),
          registers: [registry],
          ...(advice?.explicitBucketBoundaries && { buckets: advice.explicitBucketBoundaries }),
        })
  return { record: (value, recorded = {}) => histogram.observe(labelsOf(recorded), value) }
}

function labelsOf(recorded: Attributes): Record<string, string> {
  const named = attributes.filter(name => recorded[name] !== undefined)
  return Object.fromEntries(named.map(name => [toLabel(name), String(recorded[name])]))
}

function toLabel(name: string): string {
  return name.replaceAll('.', '_')
}
