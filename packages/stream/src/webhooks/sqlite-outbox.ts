/** An outbox in an SQLite file: what was promised is sent after a crash too, and several processes may share it. */
import type Database from 'libsql'
import { defined } from '../defined.ts'
import { openDatabase } from '../sqlite/open-database.ts'
import type {
  DeliveryQuery,
  DeliveryState,
  ListedDelivery,
  StoredDelivery,
  StoredReceiver,
  WebhookOutbox,
} from './outbox.ts'
import type { WebhookEventType } from './webhook-event.ts'

/**
 * Opens (and on first use makes) the outbox in the file at `path`, or `:memory:`; the file may hold other tables too.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSqliteOutbox } from '@streamseal/stream/webhooks/sqlite'
 * const outbox = createSqliteOutbox(':memory:')
 * assert.equal(await outbox.pending(), 0)
 * await outbox.close()
 * ```
 */
export function createSqliteOutbox(path: string): WebhookOutbox {
  return new SqliteOutbox(openDatabase(path, schema, { synchronous: 'FULL' }))
}

const schema = `
  CREATE TABLE IF NOT EXISTS webhook_receivers (
    id TEXT PRIMARY KEY,
    receiver TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS webhook_deliveries (
    id TEXT PRIMARY KEY,
    receiver_id TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    last_status INTEGER,
    last_error TEXT
  );
  CREATE INDEX IF NOT EXISTS webhook_deliveries_due ON webhook_deliveries (state, due_at);
  CREATE INDEX IF NOT EXISTS webhook_deliveries_ended ON webhook_deliveries (ended_at);
  CREATE INDEX IF NOT EXISTS webhook_deliveries_receiver ON webhook_deliveries (receiver_id, created_at);`

class SqliteOutbox implements WebhookOutbox {
  readonly #database: Database.Database
  readonly #insert: Database.Statement
  readonly #claim: Database.Statement
  readonly #settle: Database.Statement

  constructor(database: Database.Database) {
    this.#database = database
    this.#insert = database.prepare(insertSql)
    this.#claim = database.prepare(claimSql)
    this.#settle = database.prepare(settleSql)
  }

  async keepReceiver(receiver: StoredReceiver): Promise<void> {
    this.#database
      .prepare('INSERT OR REPLACE INTO webhook_receivers (id, receiver) VALUES (?, ?)')
      .run(receiver.id, JSON.stringify(receiver))
  }

  async receivers(): Promise<StoredReceiver[]> {
    const rows = this.#database.prepare('SELECT receiver FROM webhook_receivers ORDER BY rowid').all()
    return (rows as { receiver: string }[]).map(({ receiver }) => JSON.parse(receiver) as StoredReceiver)
  }

  async removeReceiver(id: string): Promise<boolean> {
    return this.#atOnce(() => {
      this.#database.prepare('DELETE FROM webhook_deliveries WHERE receiver_id = ?').run(id)
      return this.#database.prepare('DELETE FROM webhook_receivers WHERE id = ?').run(id).changes > 0
    })
  }

  async add(deliveries: readonly StoredDelivery[]): Promise<void> {
    this.#atOnce(() => {
      for (const delivery of deliveries) this.#insert.run(...toRow(delivery))
    })
  }

  async claim({
    now,
    leaseMs,
    limit,
  }: {
    now: number
    leaseMs: number
    limit: number
  }): Promise<StoredDelivery[]> {
    const rows = this.#atOnce(() => this.#claim.all(now + leaseMs, now, now, limit)) as Row[]
    return rows.map(fromRow).sort((a, b) => a.dueAt - b.dueAt)
  }

  async settle(delivery: StoredDelivery): Promise<void> {
    const { id, state, attempts, dueAt, endedAt, lastStatus, lastError } = delivery
    this.#settle.run(state, attempts, dueAt, endedAt ?? null, lastStatus ?? null, lastError ?? null, id)
  }

  async find(id: string): Promise<StoredDelivery | undefined> {
    const row = this.#database.prepare('SELECT * FROM webhook_deliveries WHERE id = ?').get(id) as
      | Row
      | undefined
    return row === undefined ? undefined : fromRow(row)
  }

  async list({ receiverId, state, limit }: DeliveryQuery): Promise<ListedDelivery[]> {
    const wanted = { receiver_id: receiverId, state }
    const given = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const where = given.length === 0 ? '' : `WHERE ${given.map(([column]) => `${column} = ?`).join(' AND ')}`
    const sql = `SELECT ${listedColumns} FROM webhook_deliveries ${where} ORDER BY created_at DESC, rowid DESC LIMIT ?`
    return (this.#database.prepare(sql).all(...given.map(([, value]) => value), limit) as ListedRow[]).map(
      listedFromRow,
    )
  }

  async pending(): Promise<number> {
    return this.#number("SELECT count(*) AS value FROM webhook_deliveries WHERE state = 'pending'") ?? 0
  }

  async nextDueAt(): Promise<number | undefined> {
    return this.#number(
      "SELECT min(max(due_at, leased_until)) AS value FROM webhook_deliveries WHERE state = 'pending'",
    )
  }

  async forget(endedBefore: number): Promise<void> {
    this.#database.prepare('DELETE FROM webhook_deliveries WHERE ended_at < ?').run(endedBefore)
  }

  async close(): Promise<void> {
    this.#database.close()
  }

  #number(sql: string): number | undefined {
    return (this.#database.prepare(sql).get() as { value: number | null }).value ?? undefined
  }

  /** One transaction, which takes the write lock at its beginning: it waits for another process and never deadlocks. */
  #atOnce<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }
}

const listedColumns =
  'id, receiver_id, type, state, attempts, due_at, created_at, ended_at, last_status, last_error'

const insertSql = `INSERT OR IGNORE INTO webhook_deliveries
  (id, receiver_id, type, body, state, attempts, due_at, created_at, ended_at, last_status, last_error)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const claimSql = `UPDATE webhook_deliveries SET leased_until = ? WHERE id IN (
  SELECT id FROM webhook_deliveries WHERE state = 'pending' AND due_at <= ? AND leased_until <= ? ORDER BY due_at LIMIT ?
) RETURNING *`

const settleSql = `UPDATE webhook_deliveries
  SET state = ?, attempts = ?, due_at = ?, ended_at = ?, last_status = ?, last_error = ?, leased_until = 0 WHERE id = ?`

interface Row {
  id: string
  receiver_id: string
  type: WebhookEventType
  body: string
  state: DeliveryState
  attempts: number
  due_at: number
  created_at: number
  ended_at: number | null
  last_status: number | null
  last_error: string | null
}

function toRow(delivery: StoredDelivery): (string | number | null)[] {
  const { id, receiverId, type, body, state, attempts, dueAt, createdAt, endedAt, lastStatus, lastError } =
    delivery
  return [
    id,
    receiverId,
    type,
    body,
    state,
    attempts,
    dueAt,
    createdAt,
    endedAt ?? null,
    lastStatus ?? null,
    lastError ?? null,
  ]
}

function fromRow(row: Row): StoredDelivery {
  return { ...listedFromRow(row), body: row.body }
}

type ListedRow = Omit<Row, 'body'>

function listedFromRow(row: ListedRow): ListedDelivery {
  const { id, receiver_id: receiverId, type, state, attempts, due_at: dueAt, created_at: createdAt } = row
  const kept = { id, receiverId, type, state, attempts, dueAt, createdAt }
  return {
    ...kept,
    ...defined({
      endedAt: row.ended_at ?? undefined,
      lastStatus: row.last_status ?? undefined,
      lastError: row.last_error ?? undefined,
    }),
  }
}
