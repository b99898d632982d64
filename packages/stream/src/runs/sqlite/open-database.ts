/** Opens the file and makes the tables that are missing; the file may hold other tables too. */
import Database from 'libsql'

/** How long another process may hold the file while it is opened, in milliseconds; it is asked for again at this pace. */
const patienceMs = 5000
const retryMs = 10

const schema = `
  CREATE TABLE IF NOT EXISTS kept_runs (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'running',
    owner TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER,
    ending TEXT
  );
  CREATE INDEX IF NOT EXISTS kept_runs_running ON kept_runs (lease_until) WHERE state = 'running';
  CREATE INDEX IF NOT EXISTS kept_runs_ended ON kept_runs (ended_at);
  CREATE TABLE IF NOT EXISTS kept_run_parts (
    run_no INTEGER NOT NULL,
    last_cursor INTEGER NOT NULL,
    parts TEXT NOT NULL,
    PRIMARY KEY (run_no, last_cursor)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS kept_run_readers (
    run_id TEXT NOT NULL,
    reader TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (run_id, reader)
  ) WITHOUT ROWID;`

/** Opens it with write-ahead logging; `busyMs` bounds each later wait for another process. */
export function openDatabase(
  path: string,
  synchronous: 'NORMAL' | 'FULL',
  busyMs: number,
): Database.Database {
  const database = new Database(path)
  try {
    database.exec(`PRAGMA busy_timeout = ${patienceMs}; PRAGMA synchronous = ${synchronous};`)
    writeAhead(database)
    database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`)
    database.exec(`PRAGMA busy_timeout = ${busyMs};`)
    return database
  } catch (error) {
    database.close()
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
