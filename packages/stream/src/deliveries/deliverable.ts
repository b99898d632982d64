/** What a delivery delivers: a `Run`, or a reader of one that another process or an earlier connection began. */
import type { Part, RunMetrics } from '../contract.ts'

/** As much of a run as a delivery needs; every `Run` is one. */
export interface Deliverable {
  /** Stands in `id:` lines and in the header `Streamseal-Stream-Id`. */
  readonly id: string
  /** `false` leaves the header `Streamseal-Stream-Id` out; default: it is sent. */
  readonly isSealed?: boolean
  /** Parts in the order of their cursors; ends after `finish` or `error`. Read once for each delivery. */
  readonly parts: AsyncIterable<Part>
  /** Goes into the final frame. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Read when the final frame is written. */
  readonly metrics?: RunMetrics
  /** Called where the reader leaves early and `onLeave` is `cancel`. */
  cancel?(options?: { readerLeft?: boolean }): void
}
