/** Times as options take them. */

/** A time, or a clock that tells it. */
export type Now = Date | number | (() => Date | number)

/** Milliseconds since 1970. Throws `RangeError` where there is no such time. */
export function toMs(now: Now): number {
  const time = typeof now === 'function' ? now() : now
  const ms = time instanceof Date ? time.getTime() : time
  if (typeof ms === 'number' && Math.abs(ms) <= 8.64e15) return ms
  throw new RangeError(`Cannot read the time "${String(time)}"`)
}
