/** A command line that cannot be used as it was given. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
