/** A caller's abort, in our own words. */
import { StreamError } from './stream-error.ts'

/** The signal's reason where it is a `StreamError`, else `ABORTED`, with the reason as its cause. */
export function abortOf(signal: AbortSignal | undefined): StreamError {
  const cause: unknown = signal?.reason
  if (cause instanceof StreamError) return cause
  const said = cause instanceof Error && cause.name !== 'AbortError' ? `: ${cause.message}` : ''
  return new StreamError(`The request was aborted${said}`, { code: 'ABORTED', cause })
}

/** Throws it where the signal is aborted. */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortOf(signal)
}
