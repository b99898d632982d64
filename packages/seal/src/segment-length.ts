/** Where a segment ends: after a sentence once it is long enough, after a word once it is far too long. */
import type { Boundary } from './scanner.ts'

/** Signed segments in a stream, at most: a verifier checks no more signatures than that. */
export const MAX_SEGMENTS = 64
/** From this index on, four segments later they are twice as long: 64 segments of 500 characters and more then reach over two million. */
const GROWS_FROM = 24
const DOUBLES_EVERY = 4

/** A segment that holds something not comparable ends at the next place from this share of its length on, and one that something not comparable follows too, so that little else is drawn in. */
const NOT_COMPARABLE_SHARE = 0.25

/** What the segments of one seal are measured by. */
export interface SegmentLengths {
  /** In UTF-16 units. */
  segmentChars: number
  maxSegments: number
}

/** How long segment `index` is to be, in UTF-16 units; infinite where there is to be none. */
export function segmentTarget(index: number, { segmentChars, maxSegments }: SegmentLengths): number {
  if (index >= maxSegments) return Number.POSITIVE_INFINITY
  return segmentChars * 2 ** Math.max(0, Math.floor((index - GROWS_FROM) / DOUBLES_EVERY))
}

/** Whether a segment that is now `units` long may end at a place of this kind; `isApart`: it, or what follows it, holds something not comparable. */
export function isSegmentEnd(units: number, target: number, boundary: Boundary, isApart: boolean): boolean {
  if (isApart) return units >= target * NOT_COMPARABLE_SHARE
  return units >= target && (boundary !== 'word' || units >= 1.5 * target)
}
