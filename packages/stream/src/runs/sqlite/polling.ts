/** Hears what is written to the file: at once what this process writes, at intervals what others do. */
import type { Follower, RunPage } from '../run-store.ts'
import { runNotFound, storeUnavailable } from '../store-errors.ts'

/** What polling asks of the store. */
export interface PollingOptions {
  everyMs: number
  /** Changes when another process has written. */
  version(): number
  /** Running runs that somebody asked to stop. */
  cancels(): string[]
  /** All parts after the cursor; `undefined` where the run is not kept. */
  page(id: string, after: number): RunPage | undefined
}

interface Following {
  id: string
  after: number
  follower: Follower
}

/** The ear; its timer runs while anyone listens. */
export class Polling {
  readonly #options: PollingOptions
  readonly #followings = new Map<string, Set<Following>>()
  readonly #listeners = new Set<(id: string) => void>()
  #timer: ReturnType<typeof setInterval> | undefined
  #seen: number

  constructor(options: PollingOptions) {
    this.#options = options
    this.#seen = options.version()
  }

  follow(id: string, after: number, follower: Follower): () => void {
    const following = { id, after, follower }
    const others = this.#followings.get(id) ?? new Set()
    this.#followings.set(id, others.add(following))
    this.#arm()
    this.#tell(following)
    return () => this.#drop(following)
  }

  onCancel(listener: (id: string) => void): () => void {
    this.#listeners.add(listener)
    this.#arm()
    return () => {
      this.#listeners.delete(listener)
      this.#arm()
    }
  }

  /** This process has written to the run. */
  poke(id: string): void {
    for (const following of [...(this.#followings.get(id) ?? [])]) this.#tell(following)
  }

  /** This process was asked to stop the run. */
  cancelled(id: string): void {
    for (const listener of [...this.#listeners]) listener(id)
  }

  close(): void {
    this.#followings.clear()
    this.#listeners.clear()
    this.#arm()
  }

  #arm(): void {
    const isNeeded = this.#followings.size > 0 || this.#listeners.size > 0
    if (isNeeded) this.#timer ??= setInterval(() => this.#poll(), this.#options.everyMs).unref()
    if (isNeeded) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #poll(): void {
    try {
      const version = this.#options.version()
      if (version === this.#seen) return
      this.#seen = version
      for (const id of this.#listeners.size > 0 ? this.#options.cancels() : []) this.cancelled(id)
      for (const id of [...this.#followings.keys()]) this.poke(id)
    } catch {
      // Busy; the version differs at the next look too.
      this.#seen = Number.NaN
    }
  }

  #tell(following: Following): void {
    try {
      const page = this.#options.page(following.id, following.after)
      if (page === undefined) this.#fail(following, runNotFound(following.id))
      else this.#give(following, page)
    } catch (error) {
      this.#fail(following, storeUnavailable('be followed', error))
    }
  }

  #give(following: Following, page: RunPage): void {
    const last = page.parts.at(-1)
    if (last !== undefined) following.after = last.cursor
    if (page.isLast) this.#drop(following)
    if (last !== undefined || page.isLast) following.follower.onPage(page)
  }

  #fail(following: Following, error: Error): void {
    this.#drop(following)
    following.follower.onError(error)
  }

  #drop(following: Following): void {
    const others = this.#followings.get(following.id)
    others?.delete(following)
    if (others?.size === 0) this.#followings.delete(following.id)
    this.#arm()
  }
}
