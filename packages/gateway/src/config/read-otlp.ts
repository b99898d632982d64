/** Whether OpenTelemetry is on, and where it sends: the variables of its own specification ("OpenTelemetry Protocol Exporter"). */
import { ConfigError } from './config-error.ts'

/** Where spans and metrics go; what is not given is not exported. */
export interface OtlpConfig {
  readonly tracesUrl?: string
  readonly metricsUrl?: string
  /** How often metrics are sent, in milliseconds. */
  readonly metricIntervalMs: number
}

type Read = (name: string) => string | undefined

const defaultIntervalMs = 60_000
const defaultProtocol = 'http/protobuf'

/** Reads the variables; `undefined` where no endpoint is set or `OTEL_SDK_DISABLED` is `true`. Throws a `ConfigError`. */
export function readOtlp(read: Read): OtlpConfig | undefined {
  if (read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined
  const tracesUrl = signalUrl(read, 'TRACES')
  const metricsUrl = signalUrl(read, 'METRICS')
  if (tracesUrl === undefined && metricsUrl === undefined) return undefined
  for (const signal of ['', 'TRACES_', 'METRICS_'])
    requireProtocol(read, `OTEL_EXPORTER_OTLP_${signal}PROTOCOL`)
  return {
    metricIntervalMs: readInterval(read('OTEL_METRIC_EXPORT_INTERVAL')),
    ...(tracesUrl === undefined ? {} : { tracesUrl }),
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
  }
}

/** A signal's own endpoint is used as it is; the common one gets the signal's path. */
function signalUrl(read: Read, signal: 'TRACES' | 'METRICS'): string | undefined {
  if (!isExported(read, `OTEL_${signal}_EXPORTER`)) return undefined
  const own = `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`
  const given = read(own)
  if (given !== undefined) return requireUrl(own, given).href
  const common = read('OTEL_EXPORTER_OTLP_ENDPOINT')
  if (common === undefined) return undefined
  const url = requireUrl('OTEL_EXPORTER_OTLP_ENDPOINT', common)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal.toLowerCase()}`
  return url.href
}

function isExported(read: Read, variable: string): boolean {
  const exporter = read(variable) ?? 'otlp'
  if (exporter === 'otlp' || exporter === 'none') return exporter === 'otlp'
  throw new ConfigError(variable, `Cannot use ${variable}="${exporter}": expected "otlp" or "none"`)
}

function requireUrl(variable: string, text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text)
  const shown = text.replace(/\/\/[^/]*@/, '//…@')
  throw new ConfigError(variable, `Cannot use ${variable}="${shown}": expected an http(s) URL`)
}

function requireProtocol(read: Read, variable: string): void {
  const protocol = read(variable) ?? defaultProtocol
  if (protocol === defaultProtocol) return
  throw new ConfigError(variable, `Cannot use ${variable}="${protocol}": expected "${defaultProtocol}"`)
}

function readInterval(text: string | undefined): number {
  if (text === undefined) return defaultIntervalMs
  if (/^\d{1,9}$/.test(text) && Number(text) >= 1) return Number(text)
  const variable = 'OTEL_METRIC_EXPORT_INTERVAL'
  throw new ConfigError(variable, `Cannot use ${variable}="${text}": expected a number of milliseconds`)
}
