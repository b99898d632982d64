/** Which run answered a chat last: an SQLite file in the data directory, so that a browser finds it after a restart too. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { migrate } from '../store/migrate.ts'

// Append only. The first step finds the table in files that were made before steps were counted.
const steps: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS chat_runs (chat_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, at INTEGER NOT NULL);
   CREATE INDEX IF NOT EXISTS chat_runs_at ON chat_runs (at);`,
]

/** The latest run of each chat. */
export interface ChatRuns {
  set(chatId: string, runId: string): void
  find(chatId: string): string | undefined
  close(): void
}

/** Opens (and on first use makes) the file, which other processes may be opening too; chats older than `keepMs` are forgotten. */
export function openChatRuns(dataDirectory: string, keepMs: number): ChatRuns {
  const path = join(dataDirectory, 'chats.db')
  const database = new Database(path)
  chmodSync(path, 0o600)
  migrate(database, steps)
  const insert = database.prepare('INSERT OR REPLACE INTO chat_runs (chat_id, run_id, at) VALUES (?, ?, ?)')
  const forget = database.prepare('DELETE FROM chat_runs WHERE at < ?')
  const select = database.prepare('SELECT run_id FROM chat_runs WHERE chat_id = ?')
  return {
    set(chatId, runId) {
      const now = Date.now()
      forget.run(now - keepMs)
      insert.run(chatId, runId, now)
    },
    find: chatId => (select.get(chatId) as { run_id: string } | undefined)?.run_id,
    close: () => {
      database.close()
    },
  }
}
