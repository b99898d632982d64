/** In which vendor's shape a route's errors are written: the status and the body that its clients read. */
import { StreamError, type StreamErrorCode } from '@streamseal/stream'
import { toAnthropicError } from '@streamseal/stream/anthropic-wire'
import type { GatewayErrorCode } from './error-table.ts'
import { type Failure, toErrorBody, toOpenAIErrorBody } from './gateway-error.ts'

/** A failure as it is answered. */
export type ErrorShape = (failure: Failure) => { readonly status: number; readonly body: object }

/** The gateway's own, of every route outside `/v1`. */
const ownShape: ErrorShape = failure => ({ status: failure.status, body: toErrorBody(failure) })

/** OpenAI's, of every route under `/v1` but those of Anthropic's API. */
export const openAIShape: ErrorShape = failure => ({
  status: failure.status,
  body: toOpenAIErrorBody(failure),
})

/** Codes that no provider's stream has, by Anthropic's name for them. */
const anthropicTypes: Readonly<Record<Exclude<GatewayErrorCode, StreamErrorCode>, string>> = {
  HOST_NOT_ALLOWED: 'permission_error',
  ORIGIN_NOT_ALLOWED: 'permission_error',
  ROUTE_NOT_FOUND: 'not_found_error',
  METHOD_NOT_ALLOWED: 'invalid_request_error',
  BODY_TOO_LARGE: 'request_too_large',
  UNSUPPORTED_MEDIA_TYPE: 'invalid_request_error',
}

/** Anthropic's. */
export const anthropicShape: ErrorShape = ({ code, message, status }) => {
  if (!isStreamCode(code)) {
    return { status, body: { type: 'error', error: { type: anthropicTypes[code], message } } }
  }
  return toAnthropicError(new StreamError(message, { code }))
}

/** The shape of a path's errors. */
export function errorShapeOf(path: string): ErrorShape {
  if (/^\/v1\/messages(?:[/?]|$)/.test(path)) return anthropicShape
  return path === '/v1' || path.startsWith('/v1/') ? openAIShape : ownShape
}

function isStreamCode(code: GatewayErrorCode): code is StreamErrorCode {
  return !Object.hasOwn(anthropicTypes, code)
}
