/** Waits that an abort cuts short, without leaving a timer or a listener behind. */
import { onAborted } from './on-aborted.ts'
import { startTimer } from './timer.ts'

/** Waits; rejects with the signal's reason. */
export function sleep(timeMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopTimer = startTimer(timeMs, () => {
      unlink()
      resolve()
    })
    const unlink = onAborted(signal, () => {
      stopTimer()
      reject(signal?.reason)
    })
  })
}
