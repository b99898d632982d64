/** One run in this process: its tail, who reads it here, and whether it is produced here. */
import { createDebugLog } from '../debug-log.ts'
import type { Run } from '../run/run.ts'
import { newStreamId } from '../stream-id.ts'
import type { ReaderSource, RunReader } from './run-reader.ts'
import type { LeavePolicy, RunRecord, RunStore } from './run-store.ts'
import { RunTail } from './run-tail.ts'

/** What an entry is told by `createRuns`. */
export interface EntryOptions {
  store: RunStore
  /** This process, among those that attend. */
  node: string
  /** How long an attendance holds unless it is repeated. */
  attendMs: number
  /** Nobody reads the run here, and it is not produced here. */
  onIdle(entry: RunEntry): void
}

const log = createDebugLog('streamseal:run')

/** Names a process among those that share a store. */
export function newNodeName(): string {
  return `${process.pid}-${newStreamId()}`
}

/** The entry. */
export class RunEntry {
  readonly id: string
  readonly tail: RunTail
  readonly readers: Set<RunReader> = new Set()
  /** The run, where it is produced here, until its end is kept. */
  live: Run | undefined
  /** Somebody has read it, at any node. */
  wasRead = false
  /** Since when nobody anywhere has been seen reading, in milliseconds of `performance.now`. */
  unattendedSince: number | undefined
  readonly #options: EntryOptions
  #unfollow: (() => void) | undefined
  #graceTimer: ReturnType<typeof setTimeout> | undefined
  #isClosed = false

  constructor(record: RunRecord, options: EntryOptions) {
    this.id = record.id
    this.tail = new RunTail(record, () => this.#neededFrom())
    this.#options = options
  }

  /** How long the run goes on unread; `Infinity` where leaving is not stopping. */
  get graceMs(): number {
    return graceOf(this.tail.record.leave)
  }

  /** A reader has come. */
  join(reader: RunReader): ReaderSource {
    this.readers.add(reader)
    clearTimeout(this.#graceTimer)
    this.#graceTimer = undefined
    this.unattendedSince = undefined
    this.wasRead = true
    if (this.readers.size === 1) this.attend()
    const { tail } = this
    const { store } = this.#options
    return {
      tail,
      page: (after, maxParts) => store.read(this.id, after, maxParts),
      feed: () => this.#feed(),
      learnEnd: () => this.#learnEnd(),
      left: () => this.#left(reader),
    }
  }

  /** Says to other processes that the run is read here, as long as that matters. */
  attend(): void {
    if (this.graceMs === Number.POSITIVE_INFINITY || this.tail.hasEnded) return
    const { store, node, attendMs } = this.#options
    // Said again at the next renewal.
    store.attend(this.id, node, attendMs + this.graceMs).catch(() => undefined)
  }

  /** The run is stopped, where it is produced here or anywhere. */
  async stop(options: { readerLeft?: boolean } = {}): Promise<boolean> {
    if (this.live === undefined) return this.#options.store.requestCancel(this.id)
    this.live.cancel(options)
    return true
  }

  /** The run is no longer produced here. */
  ended(): void {
    this.live = undefined
    this.tail.changed()
    this.#dropIfIdle()
  }

  /** Lets everything go; readers of a run that goes on elsewhere are told with this error. */
  close(error: Error): void {
    this.#isClosed = true
    clearTimeout(this.#graceTimer)
    this.#unfollow?.()
    this.#unfollow = undefined
    // Who reads an ended run still has what the tail holds.
    if (!this.tail.hasEnded) for (const reader of [...this.readers]) reader.letGo(error)
  }

  #neededFrom(): number {
    let needed = Number.POSITIVE_INFINITY
    for (const { position } of this.readers) needed = Math.min(needed, position)
    return needed
  }

  #left(reader: RunReader): void {
    this.readers.delete(reader)
    if (this.readers.size > 0 || this.#isClosed) return
    if (this.graceMs === Number.POSITIVE_INFINITY || this.tail.hasEnded) this.#dropIfIdle()
    else if (this.#graceTimer === undefined) this.#startGrace()
  }

  #startGrace(): void {
    const { outage } = this.tail
    // Readers whom an outage has sent away did not leave; they get the time to come back.
    const graceMs = outage === undefined ? this.graceMs : Math.max(this.graceMs, 10_000)
    this.#graceTimer = setTimeout(() => void this.#endGrace(), graceMs)
    this.#graceTimer.unref()
  }

  async #endGrace(): Promise<void> {
    const { store, node } = this.#options
    try {
      const isRead = await store.unattend(this.id, node)
      if (!isRead && this.readers.size === 0 && !this.#isClosed) {
        log('left', { id: this.id })
        await this.stop({ readerLeft: true })
      }
    } catch {
      // The store is away: the producer sees at a renewal that nobody reads.
    }
    this.#graceTimer = undefined
    this.#dropIfIdle()
  }

  #dropIfIdle(): void {
    if (this.readers.size > 0 || this.live !== undefined || this.#graceTimer !== undefined) return
    this.#unfollow?.()
    this.#unfollow = undefined
    this.#options.onIdle(this)
  }

  #feed(): void {
    const { tail } = this
    if (this.live !== undefined || this.#unfollow !== undefined || tail.hasEnded || this.#isClosed) return
    tail.outage = undefined
    const unfollow = this.#options.store.follow(this.id, tail.last, {
      onPage: ({ parts, isLast }) => tail.push(parts, isLast),
      onError: error => {
        this.#unfollow = undefined
        tail.outage = error
        tail.changed()
      },
    })
    if (tail.outage === undefined) this.#unfollow = unfollow
  }

  async #learnEnd(): Promise<void> {
    if (this.tail.record.end !== undefined) return
    const record = await this.#options.store.get(this.id)
    if (record !== undefined) this.tail.record = record
  }
}

function graceOf(leave: LeavePolicy): number {
  if (leave === 'continue') return Number.POSITIVE_INFINITY
  return leave === 'cancel' ? 0 : leave.graceMs
}
