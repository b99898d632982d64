/** Waiting for what may be deaf to a signal. */
import { onAborted } from '../on-aborted.ts'

/** What the work gives, or the signal's reason where that comes first; the work is then not waited for. */
export function unlessStopped<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stopListening = onAborted(signal, () => reject(signal.reason))
    work.then(resolve, reject).finally(stopListening)
  })
}
