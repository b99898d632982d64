/** Our errors in OpenAI's shape, with the HTTP status that stands for each code. */
import { StreamError, type StreamErrorCode } from '../stream-error.ts'

/** An error body of OpenAI's API. */
export interface OpenAIErrorBody {
  error: { message: string; type: string; param: string | null; code: string }
}

interface Row {
  status: number
  type: string
}

const rows: Record<StreamErrorCode, Row> = {
  INVALID_REQUEST: { status: 400, type: 'invalid_request_error' },
  MODEL_NOT_FOUND: { status: 404, type: 'invalid_request_error' },
  AUTHENTICATION_FAILED: { status: 401, type: 'authentication_error' },
  PERMISSION_DENIED: { status: 403, type: 'permission_error' },
  RATE_LIMITED: { status: 429, type: 'rate_limit_error' },
  QUOTA_EXCEEDED: { status: 429, type: 'insufficient_quota' },
  OVERLOADED: { status: 503, type: 'server_error' },
  SHUTTING_DOWN: { status: 503, type: 'server_error' },
  PROVIDER_ERROR: { status: 502, type: 'server_error' },
  PROVIDER_UNAVAILABLE: { status: 502, type: 'server_error' },
  PROVIDER_PROTOCOL: { status: 502, type: 'server_error' },
  STREAM_INCOMPLETE: { status: 502, type: 'server_error' },
  TIMEOUT_CONNECT: { status: 504, type: 'server_error' },
  TIMEOUT_FIRST_TOKEN: { status: 504, type: 'server_error' },
  TIMEOUT_BETWEEN_TOKENS: { status: 504, type: 'server_error' },
  TIMEOUT_TOTAL: { status: 504, type: 'server_error' },
  ABORTED: { status: 499, type: 'server_error' },
  LIMIT_EXCEEDED: { status: 502, type: 'server_error' },
  RUN_NOT_FOUND: { status: 404, type: 'invalid_request_error' },
  RUN_EXISTS: { status: 409, type: 'invalid_request_error' },
  RUN_LOST: { status: 502, type: 'server_error' },
  STORE_UNAVAILABLE: { status: 503, type: 'server_error' },
  SIGNER_TIMEOUT: { status: 500, type: 'server_error' },
  SEAL_FAILED: { status: 500, type: 'server_error' },
  INTERNAL: { status: 500, type: 'server_error' },
}

/**
 * The HTTP status for a code.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { statusOfCode } from '@streamseal/stream/openai-wire'
 * assert.equal(statusOfCode('RATE_LIMITED'), 429)
 * ```
 */
export function statusOfCode(code: StreamErrorCode): number {
  return rows[code].status
}

/**
 * Any error as status and body; what is not a `StreamError` says only that something failed inside.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { StreamError } from '@streamseal/stream'
 * import { toOpenAIError } from '@streamseal/stream/openai-wire'
 * const { status, body } = toOpenAIError(new StreamError('no model "x"', { code: 'MODEL_NOT_FOUND' }))
 * assert.equal(status, 404)
 * assert.equal(body.error.code, 'MODEL_NOT_FOUND')
 * ```
 */
export function toOpenAIError(error: unknown): { status: number; body: OpenAIErrorBody } {
  const code = error instanceof StreamError ? error.code : 'INTERNAL'
  const message = error instanceof StreamError ? error.message : 'Internal error'
  return { status: rows[code].status, body: { error: { message, type: rows[code].type, param: null, code } } }
}
