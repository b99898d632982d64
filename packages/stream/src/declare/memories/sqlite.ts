/** A memory in an SQLite file, which several processes may share. Needs the package `libsql`. */
import { openDatabase } from '../../sqlite/open-database.ts'
import type { ChatMessage, Memory } from '../memory.ts'

/**
 * Opens (and on first use makes) the memory in the file at `path`, or `:memory:`; the file may hold other tables too.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { sqliteMemory } from '@streamseal/stream/declare/sqlite'
 * const memory = sqliteMemory(':memory:')
 * assert.deepEqual(await memory.load('nobody'), [])
 * await memory.close()
 * ```
 */
export function sqliteMemory(path: string): Memory {
  const database = openDatabase(path, schema, { synchronous: 'NORMAL' })
  const select = database.prepare('SELECT messages FROM chat_messages WHERE session_id = ? ORDER BY id')
  const insert = database.prepare('INSERT INTO chat_messages (session_id, messages) VALUES (?, ?)')
  const remove = database.prepare('DELETE FROM chat_messages WHERE session_id = ?')
  return {
    load: async sessionId =>
      (select.all(sessionId) as { messages: string }[]).flatMap(
        row => JSON.parse(row.messages) as ChatMessage[],
      ),
    append: async (sessionId, messages) => void insert.run(sessionId, JSON.stringify(messages)),
    clear: async sessionId => void remove.run(sessionId),
    close: async () => void database.close(),
  }
}

// One row an append: what was appended together stays together.
const schema = `
  CREATE TABLE IF NOT EXISTS chat_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL,
    messages TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS chat_messages_session ON chat_messages (session_id, id);`
