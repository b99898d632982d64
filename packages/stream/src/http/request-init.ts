/** A provider's request as `fetch` takes it. What `fetch` refuses would fail at every attempt, and its own message quotes the key: both are said here instead. */
import { StreamError, type StreamErrorCode } from '../stream-error.ts'

/** What is to be sent. */
export interface RequestFacts {
  provider: string
  url: string
  headers: Record<string, string>
  body: unknown
  fetch?: typeof globalThis.fetch | undefined
}

const keyHeaders: ReadonlySet<string> = new Set(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'])

/** Throws a `StreamError` that is not retryable, without the value, where a header, the address or the body cannot be sent. */
export function toRequestInit(request: RequestFacts): RequestInit {
  const { provider, headers, body } = request
  checkHeaders(provider, headers)
  // Who replaces `fetch` may give addresses a meaning of their own.
  if (request.fetch === undefined) checkAddress(provider, request.url)
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: toJson(provider, body),
    // A redirect would take the prompt and the key to wherever the answer says.
    redirect: 'manual',
  }
}

function checkHeaders(provider: string, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (isHeader(name, value)) continue
    if (keyHeaders.has(name.toLowerCase())) {
      const why =
        'its API key holds a character that HTTP does not allow; set the key again, as it was issued'
      throw cannotAsk(provider, why, 'AUTHENTICATION_FAILED')
    }
    const why = `HTTP does not allow the name or a character of the header ${JSON.stringify(name)}`
    throw cannotAsk(provider, why, 'INVALID_REQUEST')
  }
}

// The reason that `Headers` gives quotes the value: it is not kept, not even as the cause.
function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]) !== undefined
  } catch {
    return false
  }
}

function checkAddress(provider: string, url: string): void {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    const why = 'its base URL is no web address; set one that begins with http:// or https://'
    throw cannotAsk(provider, why, 'PROVIDER_PROTOCOL')
  }
  if (address.username === '' && address.password === '') return
  const why = 'its base URL holds a user name or a password; send them in an authorization header instead'
  throw cannotAsk(provider, why, 'PROVIDER_PROTOCOL')
}

function toJson(provider: string, body: unknown): string {
  try {
    return JSON.stringify(body)
  } catch (cause) {
    throw cannotAsk(provider, 'the request cannot be written as JSON', 'INVALID_REQUEST', cause)
  }
}

function cannotAsk(provider: string, why: string, code: StreamErrorCode, cause?: unknown): StreamError {
  return new StreamError(`Cannot ask "${provider}": ${why}`, { code, provider, cause })
}
