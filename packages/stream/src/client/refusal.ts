/** What a gateway says when it refuses a request, as a `StreamError`: `{ error: { code, message, retryable } }` and a status. */
import { defined } from '../defined.ts'
import { StreamError, type StreamErrorCode } from '../stream-error.ts'

const codes: Record<number, StreamErrorCode> = {
  401: 'AUTHENTICATION_FAILED',
  403: 'PERMISSION_DENIED',
  404: 'MODEL_NOT_FOUND',
  429: 'RATE_LIMITED',
  503: 'OVERLOADED',
  504: 'TIMEOUT_CONNECT',
}

/** Reads a refused response; its message is the gateway's own where it gives one. */
export async function refusal(response: Response): Promise<StreamError> {
  const { status, headers } = response
  // Where the body is not a gateway's, the status alone says what happened.
  const { error } = Object(await response.json().catch(() => undefined)) as { error?: unknown }
  const { message = `The gateway answered ${status}`, retryable } = Object(error) as Record<string, unknown>
  const seconds = headers.get('retry-after') ?? ''
  return new StreamError(
    String(message),
    defined({
      code: codes[status] ?? (status < 500 ? 'INVALID_REQUEST' : 'PROVIDER_ERROR'),
      status,
      retryAfterMs: /^\d{1,9}$/.test(seconds) ? Number(seconds) * 1000 : undefined,
      retryable: typeof retryable === 'boolean' ? retryable : undefined,
    }),
  )
}
