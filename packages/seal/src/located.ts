/** What is looked for in a text, and where it was found. */
import type { Extent, Lag, TextFormat } from './payload.ts'
import type { SegmentStatus } from './report.ts'

/** A segment, or the stretch that the closing binds, as something to look for. */
export interface Stretch {
  index: number
  extent: Extent
  lag: Lag
  format: TextFormat
  notComparable: boolean
  /** Where its mark stands; `undefined` beside the text. */
  at: number | undefined
}

/** A stretch where it was found. */
export interface Located {
  index: number
  status: SegmentStatus
  start: number
  end: number
  /** Of one beside the text that was not found: where it ends if it is as long as it was. `end` is then that of the text. */
  likelyEnd?: number
}
