/** Where a segment ends: after a sentence once it is long enough, after a word once it is far too long. */
import type { Boundary } from './scanner.ts'

/** Signed segments in a stream, at most: a verifier checks no more signatures than that. */
export const MAX_SEGMENTS = 64
/** From this index on, four segments later they are twice as long: 64 segments of 500 characters and more then reach over two million. */
const GROWS_FROM = 24
const DOUBLES_EVERY = 4

/** A segment that holds something not comparable ends at the next place from this share of its length on, so that little else is drawn in. */
export const NOT_COMPARABLE_SHARE = 0.25

/** How long segment `index` is to be, in UTF-16 units. */
export function segmentTarget(index: number, segmentChars: number): number {
  return segmentChars * 2 ** Math.max(0, Math.floor((index - GROWS_FROM) / DOUBLES_EVERY))
}

/** Whether a segment that is now `units` long may end at a place of this kind. */
export function isSegmentEnd(units: number, target: number, boundary: Boundary): boolean {
  return units >= target && (boundary !== 'word' || units >= 1.5 * target)
}
