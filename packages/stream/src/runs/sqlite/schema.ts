/** The tables of kept runs. */
export const schema: string = `
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
