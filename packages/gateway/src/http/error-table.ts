/** Every error that the gateway answers with: its status, and its name in OpenAI's shape. One row each. */
import type { StreamErrorCode } from '@streamseal/stream'

/** Codes of the gateway's own, beside those of `StreamError`. */
export type GatewayErrorCode =
  | StreamErrorCode
  | 'HOST_NOT_ALLOWED'
  | 'ORIGIN_NOT_ALLOWED'
  | 'ROUTE_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'BODY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'

/** One row: the HTTP status, OpenAI's `type` and `code`, and whether the same request may succeed later. */
export interface ErrorRow {
  readonly status: number
  readonly type: string
  /** OpenAI's own code where it has one; else ours in lower case. */
  readonly openaiCode?: string
  readonly retryable: boolean
}

const invalid = 'invalid_request_error'
const server = 'server_error'

const rows: Readonly<Record<GatewayErrorCode, ErrorRow>> = {
  INVALID_REQUEST: { status: 400, type: invalid, retryable: false },
  AUTHENTICATION_FAILED: {
    status: 401,
    type: 'authentication_error',
    openaiCode: 'invalid_api_key',
    retryable: false,
  },
  PERMISSION_DENIED: { status: 403, type: 'permission_error', retryable: false },
  HOST_NOT_ALLOWED: { status: 403, type: 'permission_error', retryable: false },
  ORIGIN_NOT_ALLOWED: { status: 403, type: 'permission_error', retryable: false },
  MODEL_NOT_FOUND: { status: 404, type: invalid, openaiCode: 'model_not_found', retryable: false },
  RUN_NOT_FOUND: { status: 404, type: invalid, retryable: false },
  ROUTE_NOT_FOUND: { status: 404, type: invalid, openaiCode: 'unknown_url', retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, type: invalid, retryable: false },
  RUN_EXISTS: { status: 409, type: invalid, retryable: false },
  BODY_TOO_LARGE: { status: 413, type: invalid, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, type: invalid, retryable: false },
  RATE_LIMITED: { status: 429, type: 'rate_limit_error', openaiCode: 'rate_limit_exceeded', retryable: true },
  QUOTA_EXCEEDED: {
    status: 429,
    type: 'insufficient_quota',
    openaiCode: 'insufficient_quota',
    retryable: false,
  },
  ABORTED: { status: 499, type: server, retryable: false },
  INTERNAL: { status: 500, type: server, retryable: false },
  SIGNER_TIMEOUT: { status: 500, type: server, retryable: true },
  SEAL_FAILED: { status: 500, type: server, retryable: false },
  PROVIDER_ERROR: { status: 502, type: server, retryable: true },
  PROVIDER_UNAVAILABLE: { status: 502, type: server, retryable: true },
  PROVIDER_PROTOCOL: { status: 502, type: server, retryable: false },
  STREAM_INCOMPLETE: { status: 502, type: server, retryable: true },
  LIMIT_EXCEEDED: { status: 502, type: server, retryable: false },
  RUN_LOST: { status: 502, type: server, retryable: false },
  STORE_UNAVAILABLE: { status: 503, type: server, retryable: true },
  OVERLOADED: { status: 503, type: server, retryable: true },
  SHUTTING_DOWN: { status: 503, type: server, retryable: true },
  TIMEOUT_CONNECT: { status: 504, type: server, retryable: true },
  TIMEOUT_FIRST_TOKEN: { status: 504, type: server, retryable: true },
  TIMEOUT_BETWEEN_TOKENS: { status: 504, type: server, retryable: true },
  TIMEOUT_TOTAL: { status: 504, type: server, retryable: false },
}

/** Every code, in the table's order. */
export const gatewayErrorCodes: readonly GatewayErrorCode[] = Object.keys(rows) as GatewayErrorCode[]

/** The row of a code. */
export function errorRow(code: GatewayErrorCode): ErrorRow {
  return rows[code]
}
