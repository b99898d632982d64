/** The statements of the SQLite store, prepared once. */
import type Database from 'libsql'

/** A run's row, with the cursor of the last part that its log holds. */
export interface RunRow {
  no: number
  run: string
  state: string
  owner: string
  lease_until: number
  cancel_requested: number
  ending: string | null
  last_cursor: number | null
}

const statements = {
  insertRun:
    'INSERT INTO kept_runs (id, run, owner, lease_until) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING no',
  selectRun: `SELECT no, run, state, owner, lease_until, cancel_requested, ending,
    (SELECT max(last_cursor) FROM kept_run_parts WHERE run_no = no) AS last_cursor FROM kept_runs WHERE id = ?`,
  // One value crosses from SQLite: a row for each part would cost more than parsing them. At least one row comes, however long.
  selectParts: `SELECT group_concat(parts, ',') AS parts FROM (SELECT parts FROM kept_run_parts
    WHERE run_no = ? AND last_cursor > ? AND last_cursor <= max(?,
      (SELECT min(last_cursor) FROM kept_run_parts WHERE run_no = ? AND last_cursor > ?)) ORDER BY last_cursor)`,
  insertParts: 'INSERT INTO kept_run_parts (run_no, last_cursor, parts) VALUES (?, ?, ?)',
  end: `UPDATE kept_runs SET state = ?, ended_at = ?, ending = ?, owner = ? WHERE no = ? AND state = 'running'`,
  requestCancel: `UPDATE kept_runs SET cancel_requested = 1 WHERE id = ? AND state = 'running'`,
  selectCancels: `SELECT id FROM kept_runs WHERE state = 'running' AND cancel_requested = 1`,
  renew: `UPDATE kept_runs SET lease_until = ? WHERE owner = ? AND state = 'running'
    AND id IN (SELECT value FROM json_each(?)) RETURNING id, cancel_requested`,
  selectAttended: `SELECT DISTINCT run_id FROM kept_run_readers
    WHERE until > ? AND run_id IN (SELECT value FROM json_each(?))`,
  attend: 'INSERT OR REPLACE INTO kept_run_readers (run_id, reader, until) VALUES (?, ?, ?)',
  unattend: 'DELETE FROM kept_run_readers WHERE run_id = ? AND reader = ?',
  selectLost: `SELECT id FROM kept_runs WHERE state = 'running' AND lease_until <= ? LIMIT ?`,
  loseAll: `UPDATE kept_runs SET lease_until = 0 WHERE state = 'running'`,
  // The oldest first: those ended before a time, and as many as are too many.
  selectOld: `SELECT no, id FROM kept_runs WHERE ended_at IS NOT NULL AND (ended_at <= ?
    OR no <= (SELECT no FROM kept_runs ORDER BY no DESC LIMIT 1 OFFSET ?)) ORDER BY ended_at LIMIT ?`,
  deleteRun: 'DELETE FROM kept_runs WHERE no = ?',
  deleteParts: 'DELETE FROM kept_run_parts WHERE run_no = ?',
  deleteReaders: 'DELETE FROM kept_run_readers WHERE run_id = ?',
  dataVersion: 'PRAGMA data_version',
} as const

/** Each by its name. */
export type Statements = Record<keyof typeof statements, Database.Statement>

/** Prepares them. */
export function prepareStatements(database: Database.Database): Statements {
  return Object.fromEntries(
    Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)]),
  ) as Statements
}
