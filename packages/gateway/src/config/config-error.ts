/**
 * A setting that cannot be used; the message quotes the variable and its value, never a secret.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { ConfigError, readConfig } from 'streamseal'
 *
 * assert.throws(() => readConfig({ HOST: '0.0.0.0' }), (error: unknown) =>
 *   error instanceof ConfigError && error.variable === 'HOST')
 * ```
 */
export class ConfigError extends Error {
  readonly code = 'INVALID_CONFIG'
  /** The environment variable at fault. */
  readonly variable: string

  constructor(variable: string, message: string) {
    super(message)
    this.name = 'ConfigError'
    this.variable = variable
  }
}
