/** Where a reader stands in a run: what an event's `id:` says, and `Last-Event-ID` brings back. */
import type { RunRecord } from '@streamseal/stream/runs'

/** A run, and the last part of it that was read. */
export interface RunPlace {
  readonly id: string
  /** Without it: none was read, or nobody says. */
  readonly after?: number
}

/** Reads `<run id>:<cursor>` or a bare run id; `undefined` where it is neither. */
export function readPlace(eventId: string): RunPlace | undefined {
  const [, id, cursor] = /^([0-9a-f]{16})(?::(\d{1,15}))?$/.exec(eventId) ?? []
  if (id === undefined) return undefined
  return cursor === undefined ? { id } : { id, after: Number(cursor) }
}

/** Whether there is nothing more to read. A run that is named without a cursor, and has ended, was read by whoever names it. */
export function isReadWhole({ state, lastCursor }: RunRecord, after: number | undefined): boolean {
  return state !== 'running' && (after === undefined || after >= lastCursor)
}
