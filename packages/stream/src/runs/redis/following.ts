/** Follows any number of runs, and the requests to cancel, by blocking reads on one connection. */
import { sleep } from '../../sleep.ts'
import type { Follower } from '../run-store.ts'
import { runNotFound, storeUnavailable } from '../store-errors.ts'
import type { RedisConnection } from './connection.ts'
import { holdsEnd, partsOf } from './entries.ts'

/** What following needs. */
export interface FollowingOptions {
  /** For this alone: it waits at the server. */
  connection: RedisConnection
  /** For all else. */
  main: RedisConnection
  /** The stream of requests to cancel, and the last that is known. */
  cancels: { key: string; last: string }
  logKey(id: string): string
  runKey(id: string): string
  onCancel(id: string): void
  /** How long an outage may last before followers are told. */
  patienceMs: number
}

interface Following {
  id: string
  after: number
  follower: Follower
}

/** A read waits so long at the server, in milliseconds. */
const blockMs = 2000
const entriesAtOnce = '256'
/** How often it is looked whether what is followed is still kept. */
const lookEveryMs = 2000
const pauseAfterFailureMs = 100
/** Many keys make a read dear: what comes meanwhile is read together. */
const keysPerPauseMs = 50
const longestPauseMs = 20

/** The reader; it runs until it is closed. */
export class RedisFollowing {
  readonly #options: FollowingOptions
  readonly #followings = new Map<string, Set<Following>>()
  readonly #closing = new AbortController()
  #lastCancel: string
  #clientId: string | undefined
  #reading = 0
  #isStale = false
  #failedSince: number | undefined
  #lookedAt = performance.now()

  constructor(options: FollowingOptions) {
    this.#options = options
    this.#lastCancel = options.cancels.last
    void this.#loop()
  }

  follow(id: string, after: number, follower: Follower): () => void {
    const following = { id, after, follower }
    const others = this.#followings.get(id) ?? new Set()
    this.#followings.set(id, others.add(following))
    void this.#look(following)
    void this.#interrupt()
    return () => this.#drop(following)
  }

  close(): void {
    this.#closing.abort()
    this.#followings.clear()
  }

  async #loop(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      try {
        this.#deliver(await this.#read())
        this.#failedSince = undefined
        await this.#pause()
      } catch (error) {
        if (signal.aborted) return
        this.#clientId = undefined
        this.#tellOutage(error)
        await sleep(pauseAfterFailureMs, signal).catch(() => undefined)
      }
    }
  }

  async #read(): Promise<unknown> {
    const { connection, cancels, logKey } = this.#options
    this.#clientId ??= String(await connection.call(['CLIENT', 'ID']))
    const ids = [...this.#followings.keys()]
    const keys = [cancels.key, ...ids.map(logKey)]
    const positions = [this.#lastCancel, ...ids.map(id => `${this.#afterOf(id)}-0`)]
    const command = ['XREAD', 'COUNT', entriesAtOnce, 'BLOCK', String(blockMs), 'STREAMS']
    this.#reading++
    this.#isStale = false
    try {
      return await connection.call([...command, ...keys, ...positions], blockMs)
    } finally {
      this.#reading++
    }
  }

  /** Ends a read that does not know of the newest followers. */
  async #interrupt(): Promise<void> {
    if (this.#isStale) return
    this.#isStale = true
    const reading = this.#reading
    while (this.#isStale && this.#reading === reading && reading % 2 === 1 && this.#clientId !== undefined) {
      try {
        // It answers 0 where the read has not reached the server yet.
        if ((await this.#options.main.call(['CLIENT', 'UNBLOCK', this.#clientId])) === 1) return
      } catch {
        return
      }
      await sleep(1)
    }
  }

  #afterOf(id: string): number {
    let after = Number.POSITIVE_INFINITY
    for (const following of this.#followings.get(id) ?? []) after = Math.min(after, following.after)
    return after
  }

  #deliver(reply: unknown): void {
    if (!Array.isArray(reply)) return
    for (const stream of reply) {
      const [key, entries]: [unknown, unknown] = Array.isArray(stream)
        ? [stream[0], stream[1]]
        : [undefined, undefined]
      if (key === this.#options.cancels.key) this.#deliverCancels(entries)
      else if (typeof key === 'string') this.#deliverParts(key, entries)
    }
  }

  #deliverCancels(entries: unknown): void {
    for (const entry of Array.isArray(entries) ? entries : []) {
      const [id, fields]: unknown[] = Array.isArray(entry) ? entry : []
      if (typeof id === 'string') this.#lastCancel = id
      if (Array.isArray(fields) && typeof fields[1] === 'string') this.#options.onCancel(fields[1])
    }
  }

  #deliverParts(key: string, entries: unknown): void {
    const id = key.slice(this.#options.logKey('').length)
    for (const following of [...(this.#followings.get(id) ?? [])]) {
      const parts = partsOf(entries, following.after)
      const last = parts.at(-1)
      if (last === undefined) continue
      following.after = last.cursor
      const isLast = holdsEnd(parts)
      if (isLast) this.#drop(following)
      following.follower.onPage({ parts, isLast })
    }
  }

  async #pause(): Promise<void> {
    const pauseMs = Math.min(longestPauseMs, Math.floor(this.#followings.size / keysPerPauseMs))
    if (pauseMs > 0) await sleep(pauseMs)
    if (performance.now() - this.#lookedAt < lookEveryMs) return
    this.#lookedAt = performance.now()
    for (const others of [...this.#followings.values()]) for (const each of [...others]) void this.#look(each)
  }

  /** No entry will come of a run that is not kept, nor after the last of one that has ended. */
  async #look(following: Following): Promise<void> {
    const { main, runKey } = this.#options
    try {
      const reply = await main.call(['HMGET', runKey(following.id), 'state', 'last'])
      const [state, last]: unknown[] = Array.isArray(reply) ? reply : []
      if (state === null) this.#fail(following, runNotFound(following.id))
      else if (state !== 'running' && Number(last) <= following.after) this.#end(following)
    } catch {
      // The read says so too, in its time.
    }
  }

  #end(following: Following): void {
    if (!this.#followings.get(following.id)?.has(following)) return
    this.#drop(following)
    following.follower.onPage({ parts: [], isLast: true })
  }

  #tellOutage(error: unknown): void {
    this.#failedSince ??= performance.now()
    if (performance.now() - this.#failedSince < this.#options.patienceMs) return
    const failure = error instanceof Error ? error : storeUnavailable('be followed', error)
    for (const others of [...this.#followings.values()])
      for (const each of [...others]) this.#fail(each, failure)
  }

  #fail(following: Following, error: Error): void {
    if (!this.#followings.get(following.id)?.has(following)) return
    this.#drop(following)
    following.follower.onError(error)
  }

  #drop(following: Following): void {
    const others = this.#followings.get(following.id)
    others?.delete(following)
    if (others?.size === 0) this.#followings.delete(following.id)
  }
}
