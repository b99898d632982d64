/** Waits that end an attempt when they take too long. */
import { onAborted } from '../on-aborted.ts'
import { StreamError } from '../stream-error.ts'
import { startTimer } from '../timer.ts'
import type { Arrival, Connection } from './connection.ts'

const says = {
  TIMEOUT_CONNECT: 'There was no connection',
  TIMEOUT_BETWEEN_TOKENS: 'The connection was silent',
} as const

/**
 * What is waited for; after `timeMs` (0: never) the attempt is aborted with `code`. Rejects with the signal's reason as soon as
 * the attempt is aborted, whether or not what is waited for ends by that.
 */
export function within<T>(
  attempt: AbortController,
  promise: Promise<T>,
  timeMs: number,
  code: keyof typeof says,
): Promise<T> {
  const { signal } = attempt
  return new Promise((resolve, reject) => {
    const late = (): void => attempt.abort(new StreamError(`${says[code]} for ${timeMs} ms`, { code }))
    const stopTimer = timeMs > 0 ? startTimer(timeMs, late) : undefined
    const unlink = onAborted(signal, () => {
      stopTimer?.()
      reject(signal.reason)
    })
    void promise.then(resolve, reject).finally(() => {
      stopTimer?.()
      unlink()
    })
  })
}

/** What comes over a connection, until it ends or is silent for too long. */
export async function* arrivalsWithin(
  attempt: AbortController,
  { arrivals }: Connection,
  idleTimeoutMs: number,
): AsyncGenerator<Arrival, void, undefined> {
  for (;;) {
    const next = await within(attempt, arrivals.next(), idleTimeoutMs, 'TIMEOUT_BETWEEN_TOKENS')
    if (next.done) return
    yield next.value
  }
}
