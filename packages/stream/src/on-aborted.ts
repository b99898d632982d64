/** Listening to a signal without leaving a listener behind. */

/** Calls back when the signal is aborted, and at once where it is already. Returns what stops listening. */
export function onAborted(signal: AbortSignal | undefined, call: () => void): () => void {
  if (signal?.aborted) {
    call()
    return () => undefined
  }
  signal?.addEventListener('abort', call, { once: true })
  return () => signal?.removeEventListener('abort', call)
}
