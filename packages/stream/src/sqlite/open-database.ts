/** Opens an SQLite file that other processes may be opening too, and makes the tables that are missing; it may hold others. Needs the package `libsql`. */
import Database from 'libsql'

/** How long another process may hold the file while it is opened, in milliseconds; it is asked for again at this pace. */
const patienceMs = 5000
const retryMs = 10

/** How a file is opened. */
export interface OpenOptions {
  /** `NORMAL` survives a crash of the process; `FULL` survives a loss of power too, and waits for the disk at each write. */
  synchronous: 'NORMAL' | 'FULL'
  /** How long each later call may wait for another process, in milliseconds; default 5,000. */
  busyMs?: number
}

/** Opens it with write-ahead logging; `schema` makes what is missing (`CREATE TABLE IF NOT EXISTS`). */
export function openDatabase(
  path: string,
  schema: string,
  { synchronous, busyMs = patienceMs }: OpenOptions,
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
