/** Runs kept in Redis, for many nodes: each log is a stream, and every node reads, resumes and stops every run. */
import type { Part } from '../contract.ts'
import { RedisConnection } from './redis/connection.ts'
import { partsOf, toField } from './redis/entries.ts'
import { RedisFollowing } from './redis/following.ts'
import { runScript, type Script, scripts } from './redis/scripts.ts'
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
import { runExists, runLost, runNotFound } from './store-errors.ts'

/** What `openRedisRunStore` is told. */
export interface RedisRunStoreOptions extends Retention {
  /** `redis://` or `rediss://`, with user, password and database where there are any. One server (or the primary of several), not a cluster. */
  url: string
  /** Begins every key; default `streamseal:`. */
  prefix?: string
  /** How long Redis may take to answer, in milliseconds; then the call rejects with `STORE_UNAVAILABLE`. Default 2,000. */
  timeoutMs?: number
  /** How long followers wait for a Redis that is away before they are told, in milliseconds; default 5,000. */
  patienceMs?: number
}

/**
 * Connects, twice: for calls, and for reads that wait. Needs the package `@redis/client`, and Redis 6.2 or newer (or what speaks
 * like it) that keeps its data: `appendonly yes`, and `maxmemory-policy noeviction`. Rejects with `STORE_UNAVAILABLE`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { openRedisRunStore } from '@streamseal/stream/runs/redis'
 * await assert.rejects(openRedisRunStore({ url: 'redis://127.0.0.1:1', timeoutMs: 50 }), { code: 'STORE_UNAVAILABLE' })
 * ```
 */
export async function openRedisRunStore(options: RedisRunStoreOptions): Promise<RunStore> {
  const { url, prefix = 'streamseal:', timeoutMs = 2000, patienceMs = 5000 } = options
  const main = new RedisConnection({ url, timeoutMs })
  const blocking = new RedisConnection({ url, timeoutMs })
  try {
    await Promise.all([main.open(), blocking.open()])
    const keys = new Keys(prefix)
    const last = await lastCancel(main, keys.cancels)
    return new RedisRunStore({ main, blocking, keys, last, patienceMs, retention: retentionOf(options) })
  } catch (error) {
    main.close()
    blocking.close()
    throw error
  }
}

async function lastCancel(main: RedisConnection, key: string): Promise<string> {
  const reply = await main.call(['XREVRANGE', key, '+', '-', 'COUNT', '1'])
  const entry: unknown = Array.isArray(reply) ? reply[0] : undefined
  const id: unknown = Array.isArray(entry) ? entry[0] : undefined
  return typeof id === 'string' ? id : '0-0'
}

class Keys {
  readonly #prefix: string
  readonly running: string
  readonly ended: string
  readonly cancels: string

  constructor(prefix: string) {
    this.#prefix = prefix
    this.running = `${prefix}runs:running`
    this.ended = `${prefix}runs:ended`
    this.cancels = `${prefix}runs:cancels`
  }

  run(id: string): string {
    return `${this.#prefix}run:${id}`
  }

  log(id: string): string {
    return `${this.#prefix}log:${id}`
  }

  here(id: string): string {
    return `${this.#prefix}here:${id}`
  }

  /** In the order that the scripts expect. */
  all(id: string): string[] {
    return [this.run(id), this.log(id), this.running, this.ended, this.here(id)]
  }
}

interface Parts {
  main: RedisConnection
  blocking: RedisConnection
  keys: Keys
  last: string
  patienceMs: number
  retention: Required<Retention>
}

/** A script holds the server up while it runs. */
const renewAtOnce = 200
const sweepAtOnce = 100
const lostRun = -1

class RedisRunStore implements RunStore {
  readonly #parts: Parts
  readonly #keys: Keys
  readonly #main: RedisConnection
  readonly #following: RedisFollowing
  readonly #listeners = new Set<(id: string) => void>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#keys = parts.keys
    this.#main = parts.main
    this.#following = new RedisFollowing({
      connection: parts.blocking,
      main: parts.main,
      cancels: { key: parts.keys.cancels, last: parts.last },
      logKey: id => parts.keys.log(id),
      runKey: id => parts.keys.run(id),
      onCancel: id => {
        for (const listener of [...this.#listeners]) listener(id)
      },
      patienceMs: parts.patienceMs,
    })
  }

  async create(run: NewRun, leaseMs: number): Promise<void> {
    const { id, owner } = run
    const keys = [this.#keys.run(id), this.#keys.running]
    const made = await this.#script(scripts.create, keys, [id, JSON.stringify(run), owner, leaseMs])
    if (made !== 1) throw runExists(id)
  }

  async append(id: string, owner: string, parts: readonly Part[]): Promise<void> {
    const [first, last] = [parts[0], parts.at(-1)]
    if (first === undefined || last === undefined) return
    const keys = [this.#keys.run(id), this.#keys.log(id)]
    const before = await this.#script(scripts.append, keys, [
      owner,
      first.cursor,
      last.cursor,
      toField(parts),
    ])
    const rest = restOf(id, parts, before)
    if (rest.length > 0) await this.append(id, owner, rest)
  }

  async finish(id: string, owner: string, parts: readonly Part[], end: RunEnd): Promise<void> {
    const [first, last] = [parts[0]?.cursor ?? 0, parts.at(-1)?.cursor ?? 0]
    const args = [id, owner, first, last, toField(parts), ...this.#endArgs(end)]
    const before = await this.#script(scripts.finish, this.#keys.all(id), args)
    const rest = restOf(id, parts, before)
    if (rest.length > 0) await this.finish(id, owner, rest, end)
  }

  async endLost(id: string, lastCursor: number, parts: readonly Part[], end: RunEnd): Promise<boolean> {
    const last = parts.at(-1)?.cursor ?? lastCursor
    const args = [id, lastCursor, last, toField(parts), ...this.#endArgs(end)]
    return (await this.#script(scripts.endLost, this.#keys.all(id), args)) === 1
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const fields = ['run', 'owner', 'state', 'last', 'lease', 'cancel', 'end']
    const reply = await this.#main.call(['HMGET', this.#keys.run(id), ...fields])
    return toRecord(Array.isArray(reply) ? reply : [])
  }

  async read(id: string, after: number, maxParts: number): Promise<RunPage> {
    const until = `${Math.min(after + maxParts, Number.MAX_SAFE_INTEGER)}-0`
    const begin = `${after + 1}-0`
    // Both leave together; the state is looked at before the log, so that what has ended is there whole.
    const [state, entries] = await Promise.all([
      this.#main.call(['HMGET', this.#keys.run(id), 'state', 'last']),
      this.#main.call(['XRANGE', this.#keys.log(id), begin, until]),
    ])
    const [how, last]: unknown[] = Array.isArray(state) ? state : []
    if (typeof how !== 'string') throw runNotFound(id)
    let parts = partsOf(entries, after)
    // What was written at once may be longer than what was asked for.
    if (parts.length === 0 && Number(last) > after)
      parts = partsOf(await this.#main.call(['XRANGE', this.#keys.log(id), begin, '+', 'COUNT', '1']), after)
    return { parts, isLast: how !== 'running' && (parts.at(-1)?.cursor ?? after) >= Number(last) }
  }

  follow(id: string, after: number, follower: Follower): () => void {
    return this.#following.follow(id, after, follower)
  }

  async requestCancel(id: string): Promise<boolean> {
    return (await this.#script(scripts.requestCancel, [this.#keys.run(id), this.#keys.cancels], [id])) === 1
  }

  onCancelRequest(listener: (id: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async renew(ids: readonly string[], owner: string, leaseMs: number): Promise<Renewal[]> {
    const renewals: Renewal[] = []
    for (let index = 0; index < ids.length; index += renewAtOnce) {
      const some = ids.slice(index, index + renewAtOnce)
      const keys = [this.#keys.running, ...some.flatMap(id => [this.#keys.run(id), this.#keys.here(id)])]
      const reply = await this.#script(scripts.renew, keys, [owner, leaseMs, ...some])
      renewals.push(...(reply as [number, number, number][]).map(toRenewal))
    }
    return renewals
  }

  async attend(id: string, reader: string, forMs: number): Promise<void> {
    await this.#script(scripts.attend, [this.#keys.here(id)], [reader, forMs])
  }

  async unattend(id: string, reader: string): Promise<boolean> {
    return Number(await this.#script(scripts.unattend, [this.#keys.here(id)], [reader])) > 0
  }

  async lost(max: number): Promise<string[]> {
    return (await this.#script(scripts.lost, [this.#keys.running], [max])) as string[]
  }

  async delete(id: string): Promise<boolean> {
    return (await this.#script(scripts.remove, this.#keys.all(id), [id])) === 1
  }

  async sweep(): Promise<void> {
    const { maxAgeMs, maxRuns } = this.#parts.retention
    const { running, ended } = this.#keys
    // What is older has expired by itself.
    await this.#main.call(['ZREMRANGEBYSCORE', ended, '-inf', String(Date.now() - maxAgeMs)])
    for (;;) {
      const counts = await Promise.all([
        this.#main.call(['ZCARD', running]),
        this.#main.call(['ZCARD', ended]),
      ])
      const over = Number(counts[0]) + Number(counts[1]) - maxRuns
      if (over <= 0 || Number(counts[1]) === 0) return
      const most = String(Math.min(over, sweepAtOnce) - 1)
      const old = (await this.#main.call(['ZRANGE', ended, '0', most])) as string[]
      await Promise.all(old.map(id => this.delete(id)))
    }
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    this.#following.close()
    this.#parts.main.close()
    this.#parts.blocking.close()
  }

  #endArgs(end: RunEnd): (string | number)[] {
    const expireAt = end.endedAt + this.#parts.retention.maxAgeMs
    return [end.state, end.endedAt, JSON.stringify(end), Math.min(expireAt, Number.MAX_SAFE_INTEGER)]
  }

  #script(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return runScript(this.#main, script, keys, args)
  }
}

/** What is still to be written, where the log had some of the parts already. */
function restOf(id: string, parts: readonly Part[], before: unknown): readonly Part[] {
  if (before === lostRun) throw runLost(id)
  const first = parts[0]?.cursor ?? 0
  if (Number(before) === first - 1) return []
  const rest = parts.filter(({ cursor }) => cursor > Number(before))
  if (rest.length === parts.length && rest.length > 0) throw runLost(id)
  return rest
}

function toRenewal([isLost, cancel, readers]: [number, number, number]): Renewal {
  return { isLost: isLost === 1, cancelRequested: cancel === 1, isAttended: readers > 0 }
}

function toRecord([run, owner, state, last, lease, cancel, end]: unknown[]): RunRecord | undefined {
  if (typeof run !== 'string') return undefined
  const record: RunRecord = {
    ...(JSON.parse(run) as NewRun),
    owner: String(owner),
    state: String(state) as RunRecord['state'],
    lastCursor: Number(last),
    leaseUntil: Number(lease),
    cancelRequested: cancel === '1',
  }
  if (typeof end === 'string') record.end = JSON.parse(end) as RunEnd
  return record
}
