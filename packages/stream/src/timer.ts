/** A timer of any length: beyond 2^31 - 1 ms Node's own fires at once. */

const longestMs = 2 ** 31 - 1

/** Calls back once, after so many milliseconds; `Infinity` never does. Returns what stops it. */
export function startTimer(delayMs: number, onTime: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = (leftMs: number): void => {
    if (leftMs === Number.POSITIVE_INFINITY) return
    const isLast = leftMs <= longestMs
    timer = setTimeout(() => (isLast ? onTime() : wait(leftMs - longestMs)), Math.min(leftMs, longestMs))
  }
  wait(delayMs)
  return () => clearTimeout(timer)
}
