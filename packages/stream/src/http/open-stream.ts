/** One POST to a provider, answered by a stream of bytes: connect time-out, typed HTTP errors, prompt abort. */
import { createDebugLog } from '../debug-log.ts'
import { StreamError } from '../stream-error.ts'
import { startTimer } from '../timer.ts'
import { withoutAddresses } from '../without-addresses.ts'
import { providerError } from './provider-error.ts'
import { toRequestInit } from './request-init.ts'
import { retryAfterMs } from './retry-after.ts'

/** How a provider is reached. */
export interface HttpOptions {
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Sent with every request. */
  headers?: Record<string, string>
}

/** One request. */
export interface StreamRequest {
  provider: string
  url: string
  headers: Record<string, string>
  body: unknown
  fetch?: typeof globalThis.fetch | undefined
  signal?: AbortSignal | undefined
  connectTimeoutMs?: number | undefined
}

/** An open answer: read `chunks`, and call `close` in a `finally`. */
export interface OpenStream {
  response: Response
  requestId: string | undefined
  /** The body's next bytes, or `undefined` at its end. */
  read(): Promise<Uint8Array | undefined>
  /** Ends the request; the socket is closed where bytes are still to come. */
  close(): void
  /** The same where all has been said: the rest is read for a moment, so that the socket can serve the next request. */
  finish(): void
}

const maxErrorBodyBytes = 64 * 1024
const requestIdHeaders = ['x-request-id', 'request-id', 'apim-request-id', 'x-goog-request-id', 'cf-ray']

const log = createDebugLog('streamseal:http')

/** Sends the request and waits for the response headers; throws a `StreamError` for every failure. */
export async function openStream(request: StreamRequest): Promise<OpenStream> {
  const abort = new AbortController()
  const { provider, signal, connectTimeoutMs = 60_000 } = request
  const onAbort = (): void => abort.abort(reasonOf(signal, provider))
  if (signal?.aborted) throw reasonOf(signal, provider)
  signal?.addEventListener('abort', onAbort, { once: true })
  const stopTimer = startTimer(connectTimeoutMs, () =>
    abort.abort(connectTimeout(provider, connectTimeoutMs)),
  )
  const detach = (): void => {
    stopTimer()
    signal?.removeEventListener('abort', onAbort)
  }
  const close = (): void => {
    detach()
    abort.abort(aborted(provider))
  }
  try {
    const response = await send(request, abort.signal)
    log('response', { provider, status: response.status, requestId: requestIdOf(response.headers) })
    if (isRedirect(response)) throw redirected(response, request)
    if (!response.ok) throw await httpError(response, provider)
    if (isForeign(response)) throw foreign(response, provider)
    stopTimer()
    return opened(response, provider, abort.signal, { close, detach })
  } catch (error) {
    close()
    throw error
  }
}

async function send(request: StreamRequest, signal: AbortSignal): Promise<Response> {
  const { fetch = globalThis.fetch } = request
  const init = toRequestInit(request)
  try {
    return await fetch(request.url, { ...init, signal })
  } catch (cause) {
    if (!signal.aborted) log('unreachable', { provider: request.provider, origin: originOf(request.url) })
    throw connectionError(request.provider, signal, cause, 'cannot be reached')
  }
}

/** Browsers show a redirect without its status (Fetch §2.2.6). */
function isRedirect({ status, type }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400)
}

function redirected({ headers }: Response, { provider, url }: StreamRequest): StreamError {
  const location = headers.get('location') ?? ''
  const target = URL.canParse(location, url) ? ` to ${new URL(location, url).origin}` : ''
  return new StreamError(
    `"${provider}" redirects, which is not followed; set the base URL to where the provider is`,
    { code: 'PROVIDER_PROTOCOL', provider, cause: new Error(`${originOf(url)} redirects${target}`) },
  )
}

/** How long the rest of an answer that is over may take, in milliseconds. */
const restMs = 250

interface Ends {
  close(): void
  /** Stops listening to the caller and the clock. */
  detach(): void
}

function opened(
  response: Response,
  provider: string,
  signal: AbortSignal,
  { close, detach }: Ends,
): OpenStream {
  const reader = response.body?.getReader()
  let rejectRead: ((reason: unknown) => void) | undefined
  // A body that has been received but not read to its end does not always fail when it is aborted (undici 6).
  signal.addEventListener('abort', () => rejectRead?.(signal.reason), { once: true })
  const nextBytes = (): Promise<Uint8Array | undefined> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason)
      rejectRead = reject
      if (reader === undefined) resolve(undefined)
      else reader.read().then(({ done, value }) => resolve(done ? undefined : value), reject)
    })
  return {
    response,
    requestId: requestIdOf(response.headers),
    close,
    finish() {
      detach()
      const timer = setTimeout(close, restMs)
      void readToEnd(nextBytes).finally(() => clearTimeout(timer))
    },
    async read() {
      try {
        return await nextBytes()
      } catch (cause) {
        throw connectionError(provider, signal, cause, 'the connection broke while the answer streamed')
      }
    },
  }
}

async function readToEnd(nextBytes: () => Promise<Uint8Array | undefined>): Promise<void> {
  try {
    while ((await nextBytes()) !== undefined);
  } catch {
    // It broke after its end: the next request opens another.
  }
}

function connectionError(provider: string, signal: AbortSignal, cause: unknown, what: string): StreamError {
  if (signal.reason instanceof StreamError) return signal.reason
  const why = cause instanceof Error ? causeOf(cause) : withoutAddresses(String(cause))
  return new StreamError(`"${provider}": ${what}: ${why}`, { code: 'PROVIDER_UNAVAILABLE', provider, cause })
}

function causeOf(error: Error): string {
  const inner = error.cause
  const code = inner instanceof Error && 'code' in inner ? ` (${String(inner.code)})` : ''
  return `${withoutAddresses(error.message)}${code}`
}

/** A page is a proxy's or a login's; lines of JSON are Ollama's own protocol, whose address is another. */
function isForeign({ headers }: Response): boolean {
  const contentType = headers.get('content-type') ?? ''
  return /^\s*(text\/html|application\/(xhtml\+xml|(x-)?ndjson|jsonl|json-seq))\b/i.test(contentType)
}

function foreign({ status, headers }: Response, provider: string): StreamError {
  const contentType = headers.get('content-type')
  const message = `Cannot read the answer of "${provider}": its content type is "${contentType}", not an event stream; check the base URL`
  return new StreamError(message, { code: 'PROVIDER_PROTOCOL', provider, status })
}

async function httpError(response: Response, provider: string): Promise<StreamError> {
  const text = await boundedText(response)
  return providerError(parsed(text), {
    provider,
    status: response.status,
    requestId: requestIdOf(response.headers),
    retryAfterMs: retryAfterMs(response.headers),
  })
}

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  const reader = response.body?.getReader()
  let text = ''
  try {
    for (let size = 0; reader !== undefined && size < maxErrorBodyBytes; ) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.byteLength
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    // The status alone still says what happened.
  }
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function requestIdOf(headers: Headers): string | undefined {
  for (const name of requestIdHeaders) {
    const value = headers.get(name)
    if (value !== null) return value
  }
  return undefined
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : `"${url}"`
}

/** A signal that says why in our words is believed: a time-out is not an abort. */
function reasonOf(signal: AbortSignal | undefined, provider: string): StreamError {
  return signal?.reason instanceof StreamError ? signal.reason : aborted(provider)
}

function aborted(provider: string): StreamError {
  return new StreamError(`The request to "${provider}" was aborted`, { code: 'ABORTED', provider })
}

function connectTimeout(provider: string, afterMs: number): StreamError {
  return new StreamError(`"${provider}" did not answer within ${afterMs} ms`, {
    code: 'TIMEOUT_CONNECT',
    provider,
  })
}
