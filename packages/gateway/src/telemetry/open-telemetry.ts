/** OpenTelemetry's SDK, loaded only where an endpoint is configured: without one there is neither a span nor its cost. */
import type { Context, Meter, Tracer } from '@opentelemetry/api'
import type { OtlpConfig } from '../config/read-otlp.ts'

/** What the gateway records with. */
export interface OpenTelemetry {
  /** Not given where traces are not exported. */
  readonly tracer: Tracer | undefined
  /** Not given where metrics are not exported. */
  readonly meter: Meter | undefined
  /** The context of a caller, from its `traceparent`; `undefined` where it sent none. */
  parent(headers: Readonly<Record<string, string>>): Context | undefined
  /** Sends what is left, within `closeMs`, and ends. */
  close(): Promise<void>
}

/** The name of what records, with its spans and metrics. */
const scope = 'streamseal'

/** So long may the last spans take to be received, in milliseconds. */
const closeMs = 2000

/**
 * Opens it. Headers, time-outs, compression, certificates, sampling, batching and the resource are as the variables of the
 * specification say (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_TRACES_SAMPLER`, `OTEL_BSP_*`, `OTEL_SERVICE_NAME`, …), which the
 * SDK reads by itself.
 */
export async function openTelemetry(config: OtlpConfig, version: string): Promise<OpenTelemetry> {
  const [api, resources, traces, metrics] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/resources'),
    openTraces(config),
    openMetrics(config),
  ])
  const named = resources.resourceFromAttributes({ 'service.name': scope, 'service.version': version })
  // The environment's names win.
  const resource = named.merge(resources.detectResources({ detectors: [resources.envDetector] }))
  const tracers = traces?.(resource)
  const meters = metrics?.(resource)
  return {
    tracer: tracers?.getTracer(scope, version),
    meter: meters?.getMeter(scope, version),
    parent(headers) {
      const spanContext = toSpanContext(headers.traceparent)
      if (spanContext === undefined) return undefined
      const traceState =
        headers.tracestate === undefined ? {} : { traceState: api.createTraceState(headers.tracestate) }
      return api.trace.setSpanContext(api.ROOT_CONTEXT, { ...spanContext, ...traceState, isRemote: true })
    },
    async close() {
      const ended = Promise.allSettled([tracers?.shutdown(), meters?.shutdown()])
      await Promise.race([ended, new Promise(resolve => setTimeout(resolve, closeMs).unref())])
    },
  }
}

type Resource = import('@opentelemetry/resources').Resource

async function openTraces({ tracesUrl }: OtlpConfig) {
  if (tracesUrl === undefined) return undefined
  const [{ OTLPTraceExporter }, { BasicTracerProvider, BatchSpanProcessor }] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/sdk-trace-base'),
  ])
  return (resource: Resource) =>
    new BasicTracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: tracesUrl }))],
    })
}

async function openMetrics({ metricsUrl, metricIntervalMs }: OtlpConfig) {
  if (metricsUrl === undefined) return undefined
  const [{ OTLPMetricExporter }, { MeterProvider, PeriodicExportingMetricReader }] = await Promise.all([
    import('@opentelemetry/exporter-metrics-otlp-proto'),
    import('@opentelemetry/sdk-metrics'),
  ])
  return (resource: Resource) =>
    new MeterProvider({
      resource,
      readers: [
        new PeriodicExportingMetricReader({
          exporter: new OTLPMetricExporter({ url: metricsUrl }),
          exportIntervalMillis: metricIntervalMs,
          exportTimeoutMillis: Math.min(metricIntervalMs, 30_000),
        }),
      ],
    })
}

/** Reads a `traceparent` (W3C Trace Context §3.2); what is none is not passed on as one. */
function toSpanContext(
  traceparent: string | undefined,
): { traceId: string; spanId: string; traceFlags: number } | undefined {
  const [, traceId, spanId, flags] =
    /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-|$)/.exec(
      traceparent ?? '',
    ) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) }
}
