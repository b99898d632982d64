/** Runs kept in an SQLite file: they survive a restart, and processes of one machine may share the file. */
import type Database from 'libsql'
import type { Part } from '../contract.ts'
import { openDatabase } from '../sqlite/open-database.ts'
import { retentionOf } from './retention.ts'
import type {
  Follower,
  NewRun,
  Renewal,
  Retention,
  RunEnd,
  RunPage,
  RunRecord,
  RunStore,
} from './run-store.ts'
import { type AppendQueue, createAppendQueue, partsJson } from './sqlite/append-queue.ts'
import { Polling } from './sqlite/polling.ts'
import { schema } from './sqlite/schema.ts'
import { prepareStatements, type RunRow, type Statements } from './sqlite/statements.ts'
import { runExists, runLost, runNotFound, storeUnavailable } from './store-errors.ts'

/** What `openSqliteRunStore` is told. */
export interface SqliteRunStoreOptions extends Retention {
  /** The file, or `:memory:`. */
  path: string
  /** `NORMAL` survives a crash of the process; `FULL` survives a loss of power too, and waits for the disk at each append. Default `NORMAL`. */
  synchronous?: 'NORMAL' | 'FULL'
  /** No other process uses the file: runs that an earlier one left running are told as lost at once, and not when their lease runs out. Default false. */
  isSoleProcess?: boolean
  /** How long a call may wait, and hold this process up, while another one writes, in milliseconds; default 250. */
  busyMs?: number
  /** How often the file is looked at for what other processes write and ask, in milliseconds; default 100. */
  pollMs?: number
  /** Milliseconds since 1970; default `Date.now`. */
  now?: () => number
}

/**
 * Opens the file and makes it on first use; it may hold other tables too. Needs the package `libsql`. Throws what the
 * database throws where the file cannot be opened.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createRuns } from '@streamseal/stream/runs'
 * import { openSqliteRunStore } from '@streamseal/stream/runs/sqlite'
 * const runs = createRuns({ store: openSqliteRunStore({ path: ':memory:' }) })
 * assert.equal(await runs.get('0123456789abcdef'), undefined)
 * await runs.close()
 * ```
 */
export function openSqliteRunStore(options: SqliteRunStoreOptions): RunStore {
  return new SqliteRunStore(options)
}

/** Rows deleted in one go. */
const sweepAtOnce = 100

/** A run that this process writes. */
interface Writing {
  id: string
  no: number
  owner: string
  lastCursor: number
}

class SqliteRunStore implements RunStore {
  readonly #database: Database.Database
  readonly #statements: Statements
  readonly #queue: AppendQueue
  readonly #polling: Polling
  readonly #writing = new Map<string, Writing>()
  readonly #retention: Required<Retention>
  readonly #now: () => number

  constructor(options: SqliteRunStoreOptions) {
    const { path, synchronous = 'NORMAL', busyMs = 250, pollMs = 100, now = Date.now } = options
    this.#retention = retentionOf(options)
    this.#now = now
    this.#database = openDatabase(path, schema, { synchronous, busyMs })
    this.#statements = prepareStatements(this.#database)
    this.#queue = createAppendQueue(this.#database)
    this.#polling = new Polling({
      everyMs: pollMs,
      version: () => (this.#statements.dataVersion.get() as { data_version: number }).data_version,
      cancels: () => (this.#statements.selectCancels.all() as { id: string }[]).map(({ id }) => id),
      page: (id, after) => this.#page(id, after, Number.MAX_SAFE_INTEGER),
    })
    if (options.isSoleProcess) this.#statements.loseAll.run()
  }

  async create(run: NewRun, leaseMs: number): Promise<void> {
    const { id, owner } = run
    const row = this.#ask('create a run', ({ insertRun }) =>
      insertRun.get(id, JSON.stringify(run), owner, this.#now() + leaseMs),
    ) as { no: number } | undefined
    if (row === undefined) throw runExists(id)
    this.#writing.set(id, { id, no: row.no, owner, lastCursor: 0 })
  }

  async append(id: string, owner: string, parts: readonly Part[]): Promise<void> {
    const run = this.#ownRun(id, owner)
    const fresh = parts.filter(({ cursor }) => cursor > run.lastCursor)
    const last = fresh.at(-1)
    if (last === undefined) return
    await this.#queue.append(run, fresh)
    run.lastCursor = last.cursor
    this.#polling.poke(id)
  }

  async finish(id: string, owner: string, parts: readonly Part[], end: RunEnd): Promise<void> {
    if (this.#isRepeated(id, owner)) return
    const run = this.#ownRun(id, owner)
    this.#queue.flush()
    const fresh = parts.filter(({ cursor }) => cursor > run.lastCursor)
    this.#inTransaction('end a run', () => {
      if (!this.#end(run.no, end, owner)) throw runLost(id)
      this.#insert(run.no, fresh)
    })
    this.#writing.delete(id)
    this.#polling.poke(id)
  }

  async endLost(id: string, lastCursor: number, parts: readonly Part[], end: RunEnd): Promise<boolean> {
    this.#queue.flush()
    const isDone = this.#inTransaction('end a lost run', () => {
      const row = this.#row(id)
      if (row?.state !== 'running' || row.lease_until > this.#now()) return false
      if ((row.last_cursor ?? 0) !== lastCursor) return false
      this.#insert(row.no, parts)
      return this.#end(row.no, end, '')
    })
    if (isDone) this.#polling.poke(id)
    return isDone
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const row = this.#ask('find a run', () => this.#row(id))
    return row === undefined ? undefined : toRecord(row)
  }

  async read(id: string, after: number, maxParts: number): Promise<RunPage> {
    const page = this.#ask('read a run', () => this.#page(id, after, maxParts))
    if (page === undefined) throw runNotFound(id)
    return page
  }

  follow(id: string, after: number, follower: Follower): () => void {
    return this.#polling.follow(id, after, follower)
  }

  async requestCancel(id: string): Promise<boolean> {
    const { changes } = this.#ask('cancel a run', ({ requestCancel }) => requestCancel.run(id))
    if (changes > 0) this.#polling.cancelled(id)
    return changes > 0
  }

  onCancelRequest(listener: (id: string) => void): () => void {
    return this.#polling.onCancel(listener)
  }

  async renew(ids: readonly string[], owner: string, leaseMs: number): Promise<Renewal[]> {
    const now = this.#now()
    const list = JSON.stringify(ids)
    const renewed = this.#ask('renew leases', ({ renew }) => renew.all(now + leaseMs, owner, list)) as {
      id: string
      cancel_requested: number
    }[]
    const attended = this.#ask('see who reads', ({ selectAttended }) => selectAttended.all(now, list)) as {
      run_id: string
    }[]
    const cancels = new Map(renewed.map(row => [row.id, row.cancel_requested === 1]))
    const read = new Set(attended.map(row => row.run_id))
    return ids.map(id => ({
      isLost: !cancels.has(id),
      cancelRequested: cancels.get(id) ?? false,
      isAttended: read.has(id),
    }))
  }

  async attend(id: string, reader: string, forMs: number): Promise<void> {
    this.#ask('note a reader', ({ attend }) => attend.run(id, reader, this.#now() + forMs))
  }

  async unattend(id: string, reader: string): Promise<boolean> {
    this.#ask('note that a reader left', ({ unattend }) => unattend.run(id, reader))
    const rows = this.#ask('see who reads', ({ selectAttended }) =>
      selectAttended.all(this.#now(), JSON.stringify([id])),
    )
    return rows.length > 0
  }

  async lost(max: number): Promise<string[]> {
    const rows = this.#ask('find lost runs', ({ selectLost }) => selectLost.all(this.#now(), max))
    return (rows as { id: string }[]).map(({ id }) => id)
  }

  async delete(id: string): Promise<boolean> {
    const row = this.#ask('find a run', () => this.#row(id))
    if (row === undefined) return false
    this.#inTransaction('delete a run', () => this.#remove(row.no, id))
    this.#writing.delete(id)
    this.#polling.poke(id)
    return true
  }

  async sweep(): Promise<void> {
    const { maxAgeMs, maxRuns } = this.#retention
    for (;;) {
      const old = this.#ask('find old runs', ({ selectOld }) =>
        selectOld.all(this.#now() - maxAgeMs, maxRuns, sweepAtOnce),
      ) as { no: number; id: string }[]
      this.#inTransaction('delete old runs', () => {
        for (const { no, id } of old) this.#remove(no, id)
      })
      if (old.length < sweepAtOnce) return
      // Others have their turn between.
      await new Promise(resolve => {
        setImmediate(resolve)
      })
    }
  }

  async close(): Promise<void> {
    if (!this.#database.open) return
    this.#queue.flush()
    this.#polling.close()
    this.#database.close()
  }

  #row(id: string): RunRow | undefined {
    return this.#statements.selectRun.get(id) as RunRow | undefined
  }

  #page(id: string, after: number, maxParts: number): RunPage | undefined {
    const row = this.#row(id)
    if (row === undefined) return undefined
    const until = Math.min(after + maxParts, Number.MAX_SAFE_INTEGER)
    const found = this.#statements.selectParts.get(row.no, after, until, row.no, after) as {
      parts: string | null
    }
    const logged = JSON.parse(`[${found.parts ?? ''}]`) as Part[]
    // The first row may begin before the cursor.
    const first = logged.findIndex(({ cursor }) => cursor > after)
    const parts = first <= 0 ? (first < 0 ? [] : logged) : logged.slice(first)
    const reached = (parts.at(-1)?.cursor ?? after) >= (row.last_cursor ?? 0)
    return { parts, isLast: row.state !== 'running' && reached }
  }

  #ownRun(id: string, owner: string): Writing {
    const known = this.#writing.get(id)
    if (known?.owner === owner) return known
    const row = this.#ask('find a run', () => this.#row(id))
    if (row?.state !== 'running' || row.owner !== owner) throw runLost(id)
    const run = { id, no: row.no, owner, lastCursor: row.last_cursor ?? 0 }
    this.#writing.set(id, run)
    return run
  }

  #isRepeated(id: string, owner: string): boolean {
    if (this.#writing.has(id)) return false
    const row = this.#ask('find a run', () => this.#row(id))
    return row !== undefined && row.ending !== null && row.owner === owner
  }

  #insert(no: number, parts: readonly Part[]): void {
    const last = parts.at(-1)
    if (last !== undefined) this.#statements.insertParts.run(no, last.cursor, partsJson(parts))
  }

  #end(no: number, end: RunEnd, owner: string): boolean {
    const { changes } = this.#statements.end.run(end.state, end.endedAt, JSON.stringify(end), owner, no)
    return changes > 0
  }

  #remove(no: number, id: string): void {
    this.#statements.deleteRun.run(no)
    this.#statements.deleteParts.run(no)
    this.#statements.deleteReaders.run(id)
  }

  #ask<Value>(what: string, ask: (statements: Statements) => Value): Value {
    try {
      return ask(this.#statements)
    } catch (error) {
      throw storeUnavailable(what, error)
    }
  }

  #inTransaction<Value>(what: string, work: () => Value): Value {
    this.#ask(what, () => this.#database.exec('BEGIN IMMEDIATE'))
    try {
      const value = work()
      this.#database.exec('COMMIT')
      return value
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
      throw error instanceof Error && 'code' in error && error.code === 'RUN_LOST'
        ? error
        : storeUnavailable(what, error)
    }
  }
}

function toRecord(row: RunRow): RunRecord {
  const run = JSON.parse(row.run) as NewRun
  const record: RunRecord = {
    ...run,
    owner: row.owner,
    state: row.state as RunRecord['state'],
    lastCursor: row.last_cursor ?? 0,
    leaseUntil: row.lease_until,
    cancelRequested: row.cancel_requested === 1,
  }
  if (row.ending !== null) record.end = JSON.parse(row.ending) as RunEnd
  return record
}
