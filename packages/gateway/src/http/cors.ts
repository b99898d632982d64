/** Cross-origin answers, for configured origins alone (Fetch §3.2). */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'

const exposed = 'streamseal-stream-id, streamseal-hidden, x-request-id, retry-after'

/** Lets the page of an allowed origin read what follows; says nothing to any other. */
export function allowOrigin(
  origin: string | undefined,
  allowed: readonly string[],
  response: ServerResponse,
): void {
  if (allowed.length > 0) response.setHeader('vary', 'origin')
  if (origin === undefined || !allowed.includes(origin)) return
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', exposed)
}

/** The headers that answer a preflight request of an allowed origin. */
export function preflightHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const asked = headers['access-control-request-headers']
  return {
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-max-age': '600',
    // Echoed: an SDK sends many headers of its own, and the origin has been allowed already.
    ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
  }
}
