/** The errors of the port: a class for mistakes in arguments, and one for the errors that the Python package itself raises. */

/** What went wrong; stable, to switch over. */
export type EncypherErrorCode =
  | 'INVALID_TARGET'
  | 'INVALID_OPTION'
  | 'UNSERIALISABLE_METADATA'
  | 'INVALID_TIMESTAMP'
  | 'NAIVE_TIMESTAMP'
  | 'MISSING_KEY'
  | 'INVALID_KEY'
  | 'NO_TARGET'
  | 'OUTPUT_TOO_LONG'
  | 'FINALIZED'

/**
 * A wrong argument: something that this package cannot embed, sign or place.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { EncypherError, StreamingHandler } from '@streamseal/seal/encypher'
 *
 * assert.throws(
 *   () => new StreamingHandler({ metadata: {}, target: 'white' as never }),
 *   error => error instanceof EncypherError && error.code === 'INVALID_TARGET',
 * )
 * ```
 */
export class EncypherError extends TypeError {
  readonly code: EncypherErrorCode

  constructor(code: EncypherErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EncypherError'
    this.code = code
  }
}

/**
 * As `EncypherError`, where the argument's shape is right and its value is out of range.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { EncypherRangeError, UnicodeMetadata } from '@streamseal/seal/encypher'
 *
 * assert.throws(
 *   () => UnicodeMetadata.embedMetadata({ text: 'nowhere', metadata: {}, target: 'whitespace' }),
 *   error => error instanceof EncypherRangeError && error.code === 'NO_TARGET',
 * )
 * ```
 */
export class EncypherRangeError extends RangeError {
  readonly code: EncypherErrorCode

  constructor(code: EncypherErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EncypherRangeError'
    this.code = code
  }
}

/** The Python exceptions that `compat` reproduces. */
export type PythonErrorName =
  | 'JSONDecodeError'
  | 'UnicodeDecodeError'
  | 'ValueError'
  | 'OverflowError'
  | 'OSError'
  | 'TypeError'
  | 'RecursionError'

/**
 * Under `compat` only: the exception that the Python package lets escape here (fault 6). `code` is its Python name.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { PythonError, UnicodeMetadata } from '@streamseal/seal/encypher'
 *
 * const hostile = 'x\u{E01EF} y'
 * const verify = () => UnicodeMetadata.verifyMetadata(hostile, { hmacSecretKey: 'k', compat: '1.1' })
 * assert.throws(verify, error => error instanceof PythonError && error.code === 'UnicodeDecodeError')
 * assert.equal(UnicodeMetadata.verifyMetadata(hostile, { hmacSecretKey: 'k' }).reason, 'NO_METADATA')
 * ```
 */
export class PythonError extends Error {
  readonly code: PythonErrorName

  constructor(code: PythonErrorName, message: string) {
    super(message)
    this.name = 'PythonError'
    this.code = code
  }
}
