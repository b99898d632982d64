/** A memory in PostgreSQL. Needs the package `pg`. */
import pg from 'pg'
import type { ChatMessage, Memory } from '../memory.ts'

/** What `postgresMemory` is told. */
export interface PostgresMemoryOptions {
  /** `postgres://user:password@host:port/database`; default: what `PGHOST` and its like say. */
  connectionString?: string
  /** Letters, digits and underscores; default `streamseal_chat_messages`. It is made where it is missing. */
  table?: string
  /** Connections at the same time; default 10. */
  maxConnections?: number
  /** How long to wait for a connection and for an answer, in milliseconds; default 5,000. */
  timeoutMs?: number
}

/**
 * Connects, makes the table where it is missing, and rejects where it cannot.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { postgresMemory } from '@streamseal/stream/declare/postgres'
 * await assert.rejects(postgresMemory({ table: 'chats; DROP TABLE users' }), /table/)
 * ```
 */
export async function postgresMemory(options: PostgresMemoryOptions = {}): Promise<Memory> {
  const {
    connectionString,
    table = 'streamseal_chat_messages',
    maxConnections = 10,
    timeoutMs = 5000,
  } = options
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(table)) {
    throw new RangeError(
      `Cannot keep chats in the table "${table}": its name must be letters, digits and underscores`,
    )
  }
  const pool = new pg.Pool({
    ...(connectionString === undefined ? {} : { connectionString }),
    max: maxConnections,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  // A connection that breaks while idle is replaced; without a listener it would end the process.
  pool.on('error', () => undefined)
  await makeTable(pool, table).catch(async (error: unknown) => {
    await pool.end()
    throw error
  })
  return {
    load: async sessionId => {
      const { rows } = await pool.query<{ messages: string }>(
        `SELECT messages FROM "${table}" WHERE session_id = $1 ORDER BY id`,
        [sessionId],
      )
      return rows.flatMap(({ messages }) => JSON.parse(messages) as ChatMessage[])
    },
    append: async (sessionId, messages) => {
      const row = [sessionId, JSON.stringify(messages)]
      await pool.query(`INSERT INTO "${table}" (session_id, messages) VALUES ($1, $2)`, row)
    },
    clear: async sessionId =>
      void (await pool.query(`DELETE FROM "${table}" WHERE session_id = $1`, [sessionId])),
    close: () => pool.end(),
  }
}

/** Several processes may make it at once: `IF NOT EXISTS` alone is no protection against that. */
const lockId = 7_320_411

// Text and not jsonb: jsonb takes no U+0000, and would change the order of keys.
async function makeTable(pool: pg.Pool, table: string): Promise<void> {
  await pool.query(`
    BEGIN;
    SELECT pg_advisory_xact_lock(${lockId});
    CREATE TABLE IF NOT EXISTS "${table}" (id bigserial PRIMARY KEY, session_id text NOT NULL, messages text NOT NULL);
    CREATE INDEX IF NOT EXISTS "${table}_session" ON "${table}" (session_id, id);
    COMMIT;`)
}
