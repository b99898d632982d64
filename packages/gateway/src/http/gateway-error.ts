/** A request that the gateway refuses, and the one place where any failure becomes a code. */
import { SealError } from '@streamseal/seal'
import { StreamError } from '@streamseal/stream'
import { errorRow, type GatewayErrorCode } from './error-table.ts'

/** What a `GatewayError` knows besides its message. */
export interface GatewayErrorOptions {
  readonly code: GatewayErrorCode
  /** The parameter at fault, as in OpenAI's `param`. */
  readonly param?: string
  /** Response headers that belong to the error, such as `allow`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** A refused request; `code` is stable, the message names the action and quotes the value. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode
  readonly param: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(message: string, options: GatewayErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'GatewayError'
    this.code = options.code
    this.param = options.param
    this.headers = options.headers ?? {}
  }
}

/** A failure as plain data, in every shape's terms. */
export interface Failure {
  readonly code: GatewayErrorCode
  readonly message: string
  readonly status: number
  readonly retryable: boolean
  readonly param: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** Fastify's own error codes, in our words. */
const fastifyCodes: Readonly<Record<string, GatewayErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
}

/** Any thrown value as a failure. What we did not foresee says no more than that: its message could hold a prompt or a path. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof GatewayError) return failureOf(thrown.code, thrown.message, thrown)
  if (thrown instanceof StreamError) return { ...failureOf(thrown.code, thrown.message), ...ofStream(thrown) }
  if (thrown instanceof SealError) return ofSeal(thrown)
  const { code, statusCode, message } = fastifyError(thrown)
  const known = fastifyCodes[code]
  if (known !== undefined) return failureOf(known, message)
  if (statusCode >= 400 && statusCode < 500)
    return { ...failureOf('INVALID_REQUEST', message), status: statusCode }
  return failureOf('INTERNAL', 'Cannot answer: the gateway failed; its log says more')
}

/** The error body of every route outside `/v1`. */
export function toErrorBody({ code, message, retryable }: Failure): { error: object } {
  return { error: { code, message, retryable } }
}

/** The error body of `/v1`, in OpenAI's shape. */
export function toOpenAIErrorBody({ code, message, param }: Failure): { error: object } {
  const { type, openaiCode } = errorRow(code)
  return { error: { message, type, param: param ?? null, code: openaiCode ?? code.toLowerCase() } }
}

function failureOf(code: GatewayErrorCode, message: string, error?: GatewayError): Failure {
  const { status, retryable } = errorRow(code)
  const retry = retryable && status === 503 ? { 'retry-after': '1' } : {}
  return { code, message, status, retryable, param: error?.param, headers: { ...retry, ...error?.headers } }
}

function ofStream(error: StreamError): Partial<Failure> {
  const seconds = error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs / 1000)
  return {
    retryable: error.retryable,
    ...(seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } }),
  }
}

function ofSeal(error: SealError): Failure {
  if (error.code === 'INVALID_CLAIMS') return failureOf('INVALID_REQUEST', error.message)
  return failureOf(error.code === 'SIGNER_TIMEOUT' ? 'SIGNER_TIMEOUT' : 'SEAL_FAILED', error.message)
}

function fastifyError(thrown: unknown): { code: string; statusCode: number; message: string } {
  const { code, statusCode, message } = Object(thrown) as {
    code?: unknown
    statusCode?: unknown
    message?: unknown
  }
  return {
    code: typeof code === 'string' ? code : '',
    statusCode: typeof statusCode === 'number' ? statusCode : 500,
    message: String(message),
  }
}
