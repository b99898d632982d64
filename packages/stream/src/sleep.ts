/** Waits that an abort cuts short, without leaving a timer or a listener behind. */
import { startTimer } from './timer.ts'

/** Waits; rejects with the signal's reason. */
export function sleep(timeMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = (): void => {
      stopTimer()
      reject(signal?.reason)
    }
    const stopTimer = startTimer(timeMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
