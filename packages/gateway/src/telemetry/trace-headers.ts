/** The headers by which a trace goes from one process to the next (W3C Trace Context). */
import type { IncomingHttpHeaders } from 'node:http'

const names = ['traceparent', 'tracestate'] as const

/** Those of a request, for whoever is asked on its behalf. */
export function traceHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])),
  )
}
