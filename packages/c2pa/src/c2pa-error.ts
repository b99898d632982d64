/** The error that signing throws. Verifying throws none: whatever a text holds, the answer is a report. */

/** Every code that a `C2paError` can carry. */
export type C2paErrorCode =
  | 'INVALID_KEY'
  | 'INVALID_CHAIN'
  | 'INVALID_CLAIMS'
  | 'INVALID_PEM'
  | 'DEVELOPMENT_CERTIFICATE'
  | 'CERTIFICATE_NOT_VALID_NOW'
  | 'ALREADY_SIGNED'
  | 'NOT_NORMALIZABLE'
  | 'TEXT_TOO_LONG'
  | 'MANIFEST_TOO_LARGE'
  | 'NO_PLACE'
  | 'SIGNER_FAILED'
  | 'SIGNER_TIMEOUT'
  | 'SIGNER_FINISHED'
  | 'TIMESTAMP_FAILED'

/**
 * Why a manifest could not be written: a stable `code`, a message that names the action, and the cause.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { C2paError, createC2paSigner } from '@streamseal/c2pa'
 *
 * const signing = createC2paSigner({ privateKey: 'not a key', chain: 'not a chain' })
 * await assert.rejects(signing, error => error instanceof C2paError && error.code === 'INVALID_PEM')
 * ```
 */
export class C2paError extends Error {
  override readonly name = 'C2paError'
  readonly code: C2paErrorCode

  constructor(message: string, options: { code: C2paErrorCode; cause?: unknown }) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = options.code
  }
}
