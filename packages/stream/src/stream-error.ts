/** The one error that streaming throws: a stable code, whether asking again may help, and the cause. */
import type { RunResult, StreamErrorCode } from './contract.ts'

export type { StreamErrorCode } from './contract.ts'

/** What a `StreamError` knows besides its message. */
export interface StreamErrorOptions {
  code: StreamErrorCode
  /** Whether the same request may succeed later; default: what the code implies. */
  retryable?: boolean
  provider?: string
  status?: number
  requestId?: string
  /** Milliseconds that the provider asked us to wait (`Retry-After`). */
  retryAfterMs?: number
  cause?: unknown
  /** What had come before the failure, where a run failed. */
  partial?: Partial<RunResult>
}

const retryableCodes: ReadonlySet<StreamErrorCode> = new Set([
  'RATE_LIMITED',
  'OVERLOADED',
  'SHUTTING_DOWN',
  'PROVIDER_ERROR',
  'PROVIDER_UNAVAILABLE',
  'STREAM_INCOMPLETE',
  'STORE_UNAVAILABLE',
  'TIMEOUT_CONNECT',
  'TIMEOUT_FIRST_TOKEN',
  'TIMEOUT_BETWEEN_TOKENS',
])

/**
 * A failed stream; `code` is stable, the message names the action and quotes the value.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { StreamError } from '@streamseal/stream'
 * const error = new StreamError('"openai" failed', { code: 'OVERLOADED', provider: 'openai' })
 * assert.ok(error.retryable)
 * ```
 */
export class StreamError extends Error {
  readonly code: StreamErrorCode
  readonly retryable: boolean
  readonly provider: string | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined
  /** What had come before the failure; set by runs. */
  readonly partial: Partial<RunResult> | undefined

  constructor(message: string, options: StreamErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'StreamError'
    this.code = options.code
    this.retryable = options.retryable ?? retryableCodes.has(options.code)
    this.provider = options.provider
    this.status = options.status
    this.requestId = options.requestId
    this.retryAfterMs = options.retryAfterMs
    this.partial = options.partial
  }
}
