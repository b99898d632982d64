/** What an AI SDK provider throws, as a `StreamError`. */
import { defined } from '../defined.ts'
import { errorRow } from '../http/error-codes.ts'
import { retryAfterMs } from '../http/retry-after.ts'
import { StreamError } from '../stream-error.ts'
import { withoutAddresses } from '../without-addresses.ts'

interface ApiCallError extends Error {
  statusCode?: number
  /** The name in the official clients, which LangChain passes on. */
  status?: number
  isRetryable?: boolean
  responseHeaders?: Record<string, string>
  data?: { error?: { code?: unknown; type?: unknown } }
}

/** Any failure; an abort is `ABORTED`, an `APICallError` what its status says. */
export function toStreamError(error: unknown, provider: string): StreamError {
  if (error instanceof StreamError) return error
  if (!(error instanceof Error))
    return new StreamError(`"${provider}" failed: ${withoutAddresses(JSON.stringify(error))}`, {
      ...errorRow(wordsOf(error), undefined),
      provider,
      cause: error,
    })
  if (error.name === 'AbortError')
    return new StreamError(`The request to "${provider}" was aborted`, {
      code: 'ABORTED',
      provider,
      cause: error,
    })
  const { status, statusCode = status, isRetryable, responseHeaders = {}, data } = error as ApiCallError
  const row = errorRow(wordsOf(data), statusCode)
  const code = statusCode === undefined && error.name !== 'AI_APICallError' ? 'PROVIDER_ERROR' : row.code
  const headers = new Headers(responseHeaders)
  const known = {
    provider,
    status: statusCode,
    requestId: headers.get('x-request-id') ?? headers.get('request-id') ?? undefined,
    retryAfterMs: retryAfterMs(headers),
    retryable: isRetryable,
  }
  const message = `"${provider}" failed: ${withoutAddresses(error.message)}`
  return new StreamError(message, { code, cause: error, ...defined(known) })
}

function wordsOf(data: unknown): unknown[] {
  if (typeof data !== 'object' || data === null) return []
  const { error = data } = data as { error?: unknown }
  if (typeof error !== 'object' || error === null) return []
  const { code, type, status } = error as { code?: unknown; type?: unknown; status?: unknown }
  return [code, status, type]
}
