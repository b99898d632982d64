/** A span of every request that asks something, by OpenTelemetry's conventions for HTTP servers; only where traces are exported. */
import type { Tracer } from '@opentelemetry/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { onceClosed } from '../http/once-closed.ts'
import type { OpenTelemetry } from './open-telemetry.ts'
import { traceHeaders } from './trace-headers.ts'

// `SpanKind.SERVER` and `SpanStatusCode.ERROR`: the API package is needed for its types only.
const server = 1
const failure = 2

/** Adds the spans. What a request asks of others, a model's provider among them, goes on below its span. */
export function addRequestSpans(app: FastifyInstance, telemetry: OpenTelemetry | undefined): void {
  const tracer = telemetry?.tracer
  if (telemetry === undefined || tracer === undefined) return
  app.addHook('onRequest', (request, reply, done) => {
    // Pages, keys and probes are asked all the time and ask nobody.
    if (!request.routeOptions.config.isPublic) {
      const span = startSpan(tracer, telemetry, request)
      const { traceId, spanId, traceFlags } = span.spanContext()
      request.headers.traceparent = `00-${traceId}-${spanId}-${String(traceFlags).padStart(2, '0')}`
      onceClosed(reply.raw, () => {
        const { statusCode, writableFinished } = reply.raw
        span.setAttribute('http.response.status_code', statusCode)
        if (!writableFinished) span.setAttribute('error.type', 'ABORTED')
        else if (statusCode >= 500) span.setAttribute('error.type', String(statusCode))
        if (!writableFinished || statusCode >= 500) span.setStatus({ code: failure })
        span.end()
      })
    }
    done()
  })
}

function startSpan(
  tracer: Tracer,
  telemetry: OpenTelemetry,
  { method, headers, routeOptions }: FastifyRequest,
): ReturnType<Tracer['startSpan']> {
  const route = routeOptions.url
  // The path itself is not recorded: it may hold a chat's or a run's id, and a query a prompt.
  return tracer.startSpan(
    route === undefined ? method : `${method} ${route}`,
    {
      kind: server,
      attributes: {
        'http.request.method': method,
        'url.scheme': 'http',
        ...(route === undefined ? {} : { 'http.route': route }),
      },
    },
    telemetry.parent(traceHeaders(headers)),
  )
}
