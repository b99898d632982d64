/** Brings a database to the newest schema, one numbered step at a time; `PRAGMA user_version` says how far it is. */
import type Database from 'libsql'

// Append only: a step that has been released never changes.
const steps: readonly string[] = [
  `CREATE TABLE answers (
     rowid INTEGER PRIMARY KEY AUTOINCREMENT,
     stream_id TEXT NOT NULL UNIQUE,
     issued_at TEXT NOT NULL,
     key_id TEXT NOT NULL,
     provider TEXT NOT NULL,
     model TEXT NOT NULL,
     route TEXT NOT NULL,
     ending TEXT NOT NULL,
     detached TEXT,
     request_id TEXT
   );`,
]

/** Runs the steps that `database` lacks; throws where a newer program has written it. */
export function migrate(database: Database.Database): void {
  // Write-ahead logging lets the command line read while the gateway writes; NORMAL survives a crash of the process.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;')
  const done = versionOf(database)
  if (done > steps.length) {
    throw new RangeError(
      `Cannot open "${database.name}": its schema is version ${done}, and this program knows ${steps.length}`,
    )
  }
  steps.slice(done).forEach((sql, index) => {
    database.exec(`BEGIN; ${sql} PRAGMA user_version = ${done + index + 1}; COMMIT;`)
  })
}

function versionOf(database: Database.Database): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number }
  return row.user_version
}
