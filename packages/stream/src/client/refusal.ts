/** What a gateway says when it refuses a request, as a `StreamError`: `{ error: { code, message, retryable } }` and a status. */
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
  const said = await readError(response)
  const code = codes[response.status] ?? (response.status < 500 ? 'INVALID_REQUEST' : 'PROVIDER_ERROR')
  const seconds = response.headers.get('retry-after') ?? ''
  return new StreamError(said.message ?? `The gateway answered ${response.status}`, {
    code,
    status: response.status,
    ...(/^\d{1,9}$/.test(seconds) ? { retryAfterMs: Number(seconds) * 1000 } : {}),
    ...(said.retryable === undefined ? {} : { retryable: said.retryable }),
  })
}

async function readError(response: Response): Promise<{ message?: string; retryable?: boolean }> {
  try {
    const { error } = (await response.json()) as { error?: { message?: unknown; retryable?: unknown } }
    return {
      ...(typeof error?.message === 'string' ? { message: error.message } : {}),
      ...(typeof error?.retryable === 'boolean' ? { retryable: error.retryable } : {}),
    }
  } catch {
    // Not a gateway's error body: the status alone says what happened.
    return {}
  }
}
