/** Which headers travel between client and provider; hop-by-hop ones and our own never do (RFC 9110 §7.6.1). */
import type { IncomingHttpHeaders } from 'node:http'

type Headers = Record<string, string | string[]>

/** From client to provider: what a provider's API reads. `Authorization` is not among them; who is allowed decides the route. */
const towardsProvider =
  /^(?:accept|content-type|user-agent|openai-.*|anthropic-.*|x-stainless-.*|idempotency-key|x-request-id|traceparent|tracestate|http-referer|x-title)$/

/** From provider to client: limits, request ids, and what an SDK's retries read. */
const towardsClient =
  /^(?:content-type|content-disposition|retry-after|retry-after-ms|request-id|openai-.*|anthropic-.*|x-request-id|x-should-retry|x-ratelimit-.*|x-groq-.*|x-litellm-.*|cf-ray)$/

/** What a body that passes as bytes has besides: parts of files, addresses, and a coding that the provider chose unasked. */
const besideBytes = /^(?:range|if-range|content-range|accept-ranges|content-encoding|location)$/

/** The headers of a client's request that a provider gets. */
export function requestHeaders(headers: IncomingHttpHeaders): Headers {
  return pick(headers, towardsProvider)
}

/** The headers of a provider's response that a client gets. */
export function responseHeaders(headers: IncomingHttpHeaders): Headers {
  return pick(headers, towardsClient)
}

/** The further headers of a request or a response whose body passes as it is. */
export function byteHeaders(headers: IncomingHttpHeaders): Headers {
  return pick(headers, besideBytes)
}

function pick(headers: IncomingHttpHeaders, allowed: RegExp): Headers {
  const picked: Headers = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && allowed.test(name)) picked[name] = value
  }
  return picked
}
