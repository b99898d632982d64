/** Gathers what all runs append and writes it in one statement: an append costs microseconds only in company. */
import type Database from 'libsql'
import type { Part } from '../../contract.ts'
import { runLost, storeUnavailable } from '../store-errors.ts'

/** One run's row in a flush. */
interface Append {
  id: string
  no: number
  owner: string
  parts: readonly Part[]
  resolve: () => void
  reject: (error: Error) => void
}

/** The queue. */
export interface AppendQueue {
  /** Resolves when the parts stand in the file; rejects with `RUN_LOST` or `STORE_UNAVAILABLE`. */
  append(run: { id: string; no: number; owner: string }, parts: readonly Part[]): Promise<void>
  /** Writes now what waits. */
  flush(): void
}

/** The join holds off a producer that has lost its run: its rows are not inserted, and so not returned. */
const insertSql = `
  INSERT INTO kept_run_parts (run_no, last_cursor, parts)
  SELECT kept_runs.no, row.value ->> 1, row.value ->> 2
  FROM json_each(?) AS row JOIN kept_runs
    ON kept_runs.no = row.value ->> 0 AND kept_runs.state = 'running' AND kept_runs.owner = row.value ->> 3
  WHERE true
  ON CONFLICT DO UPDATE SET parts = parts
  RETURNING run_no`

/** A flush follows another no sooner than this, in milliseconds. */
const flushEveryMs = 4

/** Makes the queue. */
export function createAppendQueue(database: Database.Database): AppendQueue {
  const insert = database.prepare(insertSql)
  let waiting: Append[] = []
  let flushedAt = Number.NEGATIVE_INFINITY
  let cancelFlush: (() => void) | undefined

  function schedule(): void {
    if (cancelFlush !== undefined) return
    const dueMs = flushedAt + flushEveryMs - performance.now()
    if (dueMs <= 0) {
      const immediate = setImmediate(flush)
      cancelFlush = () => clearImmediate(immediate)
    } else {
      const timer = setTimeout(flush, dueMs)
      cancelFlush = () => clearTimeout(timer)
    }
  }

  function flush(): void {
    cancelFlush?.()
    cancelFlush = undefined
    const appends = waiting
    waiting = []
    flushedAt = performance.now()
    if (appends.length > 0) settle(appends)
  }

  function settle(appends: readonly Append[]): void {
    try {
      const rows = appends.map(({ no, owner, parts }) => [no, parts.at(-1)?.cursor, partsJson(parts), owner])
      const written = new Set(
        (insert.all(JSON.stringify(rows)) as { run_no: number }[]).map(row => row.run_no),
      )
      for (const { id, no, resolve, reject } of appends) {
        if (written.has(no)) resolve()
        else reject(runLost(id))
      }
    } catch (error) {
      const failure = storeUnavailable('append', error)
      for (const { reject } of appends) reject(failure)
    }
  }

  return {
    append: (run, parts) =>
      new Promise((resolve, reject) => {
        waiting.push({ ...run, parts, resolve, reject })
        schedule()
      }),
    flush,
  }
}

/** Parts as they stand in a row: JSON with commas between, so that rows can be joined. */
export function partsJson(parts: readonly Part[]): string {
  return JSON.stringify(parts).slice(1, -1)
}
