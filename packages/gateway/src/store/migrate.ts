/** Brings a database to the newest schema, one numbered step at a time; `PRAGMA user_version` says how far it is. */
import type Database from 'libsql'

// Append only: a step that has been released never changes.
const answerSteps: readonly string[] = [
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
  `ALTER TABLE answers ADD COLUMN text_digest TEXT;
   CREATE INDEX answers_by_text ON answers (text_digest) WHERE text_digest IS NOT NULL;`,
]

/** How long another process may hold the file, and how often it is asked for meanwhile, in milliseconds. */
const patienceMs = 5000
const retryMs = 10

/** Runs the steps that `database` lacks, those of the answers unless told otherwise; throws where a newer program has written it. */
export function migrate(database: Database.Database, steps: readonly string[] = answerSteps): void {
  // Write-ahead logging lets the command line read while the gateway writes; NORMAL survives a crash of the process.
  // The patience comes first: another process may be starting with the same file.
  database.exec(`PRAGMA busy_timeout = ${patienceMs}; PRAGMA synchronous = NORMAL;`)
  writeAhead(database)
  if (versionOf(database) === steps.length) return
  // Whoever gets the lock looks again: the other process may have done it all meanwhile.
  database.exec('BEGIN IMMEDIATE;')
  try {
    takeSteps(database, steps)
    database.exec('COMMIT;')
  } catch (error) {
    database.exec('ROLLBACK;')
    throw error
  }
}

/** SQLite does not wait where two processes change a new file's journal at once: it says that it is busy. */
function writeAhead(database: Database.Database): void {
  const deadline = Date.now() + patienceMs
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL;')
      return
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'SQLITE_BUSY' || Date.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs)
    }
  }
}

function takeSteps(database: Database.Database, steps: readonly string[]): void {
  const done = versionOf(database)
  if (done > steps.length) {
    throw new RangeError(
      `Cannot open "${database.name}": its schema is version ${done}, and this program knows ${steps.length}`,
    )
  }
  steps.slice(done).forEach((sql, index) => {
    database.exec(`${sql} PRAGMA user_version = ${done + index + 1};`)
  })
}

function versionOf(database: Database.Database): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number }
  return row.user_version
}
