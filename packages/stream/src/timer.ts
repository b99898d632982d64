/** A timer of any length: beyond 2^31 - 1 ms Node's own fires at once. */

const longestMs = 2 ** 31 - 1

/** Calls back once, after so many milliseconds; `Infinity` never does. Returns what stops it. */
export function startTimer(delayMs: number, onTime: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = (leftMs: number): void => {
    const laterMs = leftMs - longestMs
    timer = setTimeout(() => (laterMs > 0 ? wait(laterMs) : onTime()), Math.min(leftMs, longestMs))
  }
  if (delayMs !== Number.POSITIVE_INFINITY) wait(delayMs)
  return () => clearTimeout(timer)
}
