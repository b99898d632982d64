/** Our errors in Anthropic's shape, with the HTTP status that stands for each. */
import { StreamError, type StreamErrorCode } from '../stream-error.ts'

/** An error body, and the data of an `error` event. */
export interface AnthropicErrorBody {
  type: 'error'
  error: { type: string; message: string }
}

interface Row {
  status: number
  type: string
}

const api: Row = { status: 500, type: 'api_error' }
const timeout: Row = { status: 504, type: 'timeout_error' }

/** Codes that are not here are failures behind the server: `api_error`. */
const rows: Partial<Record<StreamErrorCode, Row>> = {
  INVALID_REQUEST: { status: 400, type: 'invalid_request_error' },
  MODEL_NOT_FOUND: { status: 404, type: 'not_found_error' },
  AUTHENTICATION_FAILED: { status: 401, type: 'authentication_error' },
  PERMISSION_DENIED: { status: 403, type: 'permission_error' },
  RATE_LIMITED: { status: 429, type: 'rate_limit_error' },
  QUOTA_EXCEEDED: { status: 402, type: 'billing_error' },
  OVERLOADED: { status: 529, type: 'overloaded_error' },
  SHUTTING_DOWN: { status: 529, type: 'overloaded_error' },
  TIMEOUT_CONNECT: timeout,
  TIMEOUT_FIRST_TOKEN: timeout,
  TIMEOUT_BETWEEN_TOKENS: timeout,
  TIMEOUT_TOTAL: timeout,
}

/**
 * Any error as status and body; what is not a `StreamError` says only that something failed inside.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { StreamError } from '@streamseal/stream'
 * import { toAnthropicError } from '@streamseal/stream/anthropic-wire'
 * const { status, body } = toAnthropicError(new StreamError('busy', { code: 'OVERLOADED' }))
 * assert.equal(status, 529)
 * assert.deepEqual(body, { type: 'error', error: { type: 'overloaded_error', message: 'busy' } })
 * ```
 */
export function toAnthropicError(error: unknown): { status: number; body: AnthropicErrorBody } {
  if (!(error instanceof StreamError)) {
    return {
      status: api.status,
      body: { type: 'error', error: { type: api.type, message: 'Internal error' } },
    }
  }
  const { status, type } = rows[error.code] ?? api
  return { status, body: { type: 'error', error: { type, message: error.message } } }
}
