/** Random places to cut bytes at, the same for the same seed. */

/**
 * About one cut in `everyBytes`; the generator is Marsaglia's xorshift32.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { randomCuts } from '@streamseal/stream/testing'
 * assert.deepEqual(randomCuts(100, 7), randomCuts(100, 7))
 * ```
 */
export function randomCuts(length: number, seed: number, everyBytes = 24): number[] {
  let state = seed | 0 || 1
  const cuts: number[] = []
  for (let at = 0; at < length; ) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    at += 1 + ((state >>> 0) % (everyBytes * 2))
    cuts.push(at)
  }
  return cuts
}
