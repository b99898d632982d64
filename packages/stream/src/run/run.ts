/** A run: one answer, produced once into a bounded log, read any number of times. */
import type { Part, RunMetrics, RunResult } from '../contract.ts'

/** How a run stands. */
export type RunState = 'running' | 'complete' | 'incomplete' | 'failed' | 'cancelled'

/** What `generate` returns. The answer streams at once; while nobody has read or awaited anything, it goes no further than the log holds. */
export interface Run {
  /** Unique; the seal's stream id where the run is sealed. */
  readonly id: string
  /** The provider that was asked. */
  readonly provider: string
  /** The model that was asked for. */
  readonly modelId: string
  /** The caller's own, as it was given. */
  readonly metadata: Readonly<Record<string, unknown>>
  readonly state: RunState
  /** All parts from the first; ends after `finish` or `error`, and does not throw. Each access is a reader of its own. */
  readonly parts: AsyncIterableIterator<Part>
  /** Parts after a cursor, for a reader who comes back; throws `LIMIT_EXCEEDED` where they are no longer kept. */
  partsAfter(cursor: number): AsyncIterableIterator<Part>
  /** The first choice's text as it comes, marks included; throws the run's `StreamError` where it fails. */
  readonly text: AsyncIterableIterator<string>
  /** The same, cumulative. */
  readonly responses: AsyncIterableIterator<string>
  /** Live figures. */
  readonly metrics: RunMetrics
  /** Waits for the end; rejects with a `StreamError` whose `partial` holds what had come. A cancelled run resolves, with `finishReason: 'aborted'`. */
  result(): Promise<RunResult>
  /**
   * Stops the run and its upstream request within 100 ms; parts end with `finish`, reason `aborted`. Where `readerLeft`,
   * nothing can be appended to the text that was sent, and the seal's closing is kept beside it; default false.
   */
  cancel(options?: { readerLeft?: boolean }): void
}
