/** Errors of making a seal. What verification finds is never an error: it is in the report. */

/** Stable names of what can go wrong. */
export type SealErrorCode =
  | 'SIGNER_TIMEOUT'
  | 'SIGNER_FAILED'
  | 'SEALER_FINISHED'
  | 'INVALID_CLAIMS'
  | 'INVALID_KEY'
  | 'SHARED_SECRET_REFUSED'
  | 'KEYS_UNAVAILABLE'

/**
 * A seal or a trust list could not be made; `code` says why.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { SealError, trustList } from '@streamseal/seal'
 *
 * assert.throws(() => trustList({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }), (error: unknown) =>
 *   error instanceof SealError && error.code === 'SHARED_SECRET_REFUSED')
 * ```
 */
export class SealError extends Error {
  override readonly name = 'SealError'
  readonly code: SealErrorCode

  constructor(message: string, options: { code: SealErrorCode; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
  }
}
