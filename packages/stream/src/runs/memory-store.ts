/** Runs kept in this process: gone when it ends, and unknown to others. */
import type { Part } from '../contract.ts'
import { CompactLog } from './compact-log.ts'
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

/** What `createMemoryRunStore` is told. */
export interface MemoryRunStoreOptions extends Retention {
  /** Milliseconds since 1970; default `Date.now`. */
  now?: () => number
}

/**
 * Makes a store in memory, for tests and for one process that need not remember.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createMemoryRunStore, createRuns } from '@streamseal/stream/runs'
 * const store = createMemoryRunStore({ maxRuns: 100 })
 * const runs = createRuns({ store })
 * assert.equal(await runs.get('0123456789abcdef'), undefined)
 * await runs.close()
 * ```
 */
export function createMemoryRunStore(options: MemoryRunStoreOptions = {}): RunStore {
  return new MemoryRunStore(options)
}

interface Kept {
  record: RunRecord
  log: CompactLog
  followers: Set<Follower>
  /** Until when each reader attends. */
  readers: Map<string, number>
}

class MemoryRunStore implements RunStore {
  readonly #runs = new Map<string, Kept>()
  readonly #cancelListeners = new Set<(id: string) => void>()
  readonly #retention: Required<Retention>
  readonly #now: () => number

  constructor({ now = Date.now, ...retention }: MemoryRunStoreOptions) {
    this.#now = now
    this.#retention = retentionOf(retention)
  }

  async create(run: NewRun, leaseMs: number): Promise<void> {
    if (this.#runs.has(run.id)) throw runExists(run.id)
    const record: RunRecord = {
      ...run,
      state: 'running',
      lastCursor: 0,
      leaseUntil: this.#now() + leaseMs,
      cancelRequested: false,
    }
    this.#runs.set(run.id, { record, log: new CompactLog(), followers: new Set(), readers: new Map() })
    if (this.#runs.size > this.#retention.maxRuns) await this.sweep()
  }

  async append(id: string, owner: string, parts: readonly Part[]): Promise<void> {
    this.#write(this.#owned(id, owner), parts)
  }

  async finish(id: string, owner: string, parts: readonly Part[], end: RunEnd): Promise<void> {
    const repeated = this.#runs.get(id)
    if (repeated?.record.end !== undefined && repeated.record.owner === owner) return
    this.#end(this.#owned(id, owner), parts, end)
  }

  async endLost(id: string, lastCursor: number, parts: readonly Part[], end: RunEnd): Promise<boolean> {
    const kept = this.#runs.get(id)
    if (kept?.record.state !== 'running' || kept.record.lastCursor !== lastCursor) return false
    if (kept.record.leaseUntil > this.#now()) return false
    kept.record.owner = ''
    this.#end(kept, parts, end)
    return true
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const kept = this.#runs.get(id)
    return kept === undefined ? undefined : { ...kept.record }
  }

  async read(id: string, after: number, maxParts: number): Promise<RunPage> {
    return this.#page(this.#known(id), after, maxParts)
  }

  follow(id: string, after: number, follower: Follower): () => void {
    const kept = this.#runs.get(id)
    if (kept === undefined) {
      follower.onError(runNotFound(id))
      return () => undefined
    }
    if (kept.record.lastCursor > after || kept.record.state !== 'running')
      follower.onPage(this.#page(kept, after))
    kept.followers.add(follower)
    return () => kept.followers.delete(follower)
  }

  async requestCancel(id: string): Promise<boolean> {
    const kept = this.#runs.get(id)
    if (kept?.record.state !== 'running') return false
    kept.record.cancelRequested = true
    for (const listener of this.#cancelListeners) listener(id)
    return true
  }

  onCancelRequest(listener: (id: string) => void): () => void {
    this.#cancelListeners.add(listener)
    return () => this.#cancelListeners.delete(listener)
  }

  async renew(ids: readonly string[], owner: string, leaseMs: number): Promise<Renewal[]> {
    return ids.map(id => this.#renewed(id, owner, leaseMs))
  }

  async attend(id: string, reader: string, forMs: number): Promise<void> {
    this.#runs.get(id)?.readers.set(reader, this.#now() + forMs)
  }

  async unattend(id: string, reader: string): Promise<boolean> {
    const kept = this.#runs.get(id)
    kept?.readers.delete(reader)
    return kept !== undefined && this.#isAttended(kept)
  }

  async lost(max: number): Promise<string[]> {
    const now = this.#now()
    const lost = [...this.#runs.values()].filter(
      ({ record }) => record.state === 'running' && record.leaseUntil <= now,
    )
    return lost.slice(0, max).map(({ record }) => record.id)
  }

  async delete(id: string): Promise<boolean> {
    const followers = this.#runs.get(id)?.followers ?? []
    const wasThere = this.#runs.delete(id)
    for (const follower of [...followers]) follower.onError(runNotFound(id))
    return wasThere
  }

  async sweep(): Promise<void> {
    const { maxAgeMs, maxRuns } = this.#retention
    const oldest = this.#now() - maxAgeMs
    let over = this.#runs.size - maxRuns
    for (const [id, { record }] of this.#runs) {
      if (record.end === undefined || (over <= 0 && record.end.endedAt > oldest)) continue
      this.#runs.delete(id)
      over--
    }
  }

  async close(): Promise<void> {
    for (const { followers } of this.#runs.values()) followers.clear()
    this.#cancelListeners.clear()
  }

  #renewed(id: string, owner: string, leaseMs: number): Renewal {
    const kept = this.#runs.get(id)
    if (kept?.record.state !== 'running' || kept.record.owner !== owner)
      return { isLost: true, cancelRequested: false, isAttended: false }
    kept.record.leaseUntil = this.#now() + leaseMs
    return {
      isLost: false,
      cancelRequested: kept.record.cancelRequested,
      isAttended: this.#isAttended(kept),
    }
  }

  #isAttended({ readers }: Kept): boolean {
    const now = this.#now()
    for (const until of readers.values()) if (until > now) return true
    return false
  }

  #known(id: string): Kept {
    const kept = this.#runs.get(id)
    if (kept === undefined) throw runNotFound(id)
    return kept
  }

  #owned(id: string, owner: string): Kept {
    const kept = this.#runs.get(id)
    if (kept?.record.state !== 'running' || kept.record.owner !== owner) throw runLost(id)
    return kept
  }

  #end(kept: Kept, parts: readonly Part[], end: RunEnd): void {
    kept.record.state = end.state
    kept.record.end = end
    this.#write(kept, parts)
    kept.followers.clear()
  }

  #write({ record, log, followers }: Kept, parts: readonly Part[]): void {
    const fresh: Part[] = []
    for (const part of parts) {
      if (part.cursor <= record.lastCursor) continue
      log.push(part)
      fresh.push(part)
      record.lastCursor = part.cursor
    }
    const page = { parts: fresh, isLast: record.state !== 'running' }
    for (const follower of [...followers]) follower.onPage(page)
  }

  #page({ record, log }: Kept, after: number, maxParts?: number): RunPage {
    const parts = log.read(after, maxParts)
    const reached = after + parts.length >= record.lastCursor
    return { parts, isLast: record.state !== 'running' && reached }
  }
}
