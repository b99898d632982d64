/** Looks after runs at intervals, with one timer for a process: renews leases, finds lost runs, idle readers and what nobody reads, sweeps. */
import { StreamError } from '../stream-error.ts'
import type { RunEntry } from './run-entry.ts'
import type { Renewal, RunStore } from './run-store.ts'

/** What is watched. */
export interface WatchOptions {
  store: RunStore
  node: string
  leaseMs: number
  idleReaderMs: number
  entries: ReadonlyMap<string, RunEntry>
  endLost(id: string): Promise<boolean>
}

/** The watch. */
export interface Watch {
  /** Begins, unless it has begun. */
  start(): void
  stop(): void
  /**
   * Whether this process may say that a producer is gone: only when it has seen the store answer, without a gap, for as long as a lease.
   * After an outage every lease has run out, and producers that live must have the time to say so.
   */
  mayJudge(): boolean
}

/** A producer speaks three times within its lease. */
const renewalsPerLease = 3
/** Answers further apart than so many intervals leave a gap. */
const longestGap = 2.5
const lostAtOnce = 100
const sweepEveryMs = 60_000
/** How long a run that stops unread may wait for its first reader. */
const firstReaderMs = 30_000

/** Makes it; nothing happens before `start`. */
export function createWatch(options: WatchOptions): Watch {
  let timer: ReturnType<typeof setInterval> | undefined
  let isStopped = false
  let isLooking = false
  let sweptAt = performance.now()

  const everyMs = options.leaseMs / renewalsPerLease
  /** Since when the store has answered without a gap, in milliseconds of `performance.now`. */
  let answersSince = Number.POSITIVE_INFINITY
  let answeredAt = Number.NEGATIVE_INFINITY
  const isGap = (now: number): boolean => now - answeredAt > longestGap * everyMs
  const mayJudge = (now: number = performance.now()): boolean =>
    !isGap(now) && now - answersSince > options.leaseMs

  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    try {
      letIdleReadersGo(options)
      await renew(options)
      const lost = await options.store.lost(lostAtOnce)
      noteAnswer()
      // One that cannot be ended keeps nobody from the others.
      if (mayJudge()) for (const id of lost) await options.endLost(id).catch(() => false)
      if (performance.now() - sweptAt > sweepEveryMs) {
        sweptAt = performance.now()
        await options.store.sweep()
      }
    } catch {
      // The store is away: writers and readers say so themselves, and the next look is soon.
      answeredAt = Number.NEGATIVE_INFINITY
    } finally {
      isLooking = false
    }
  }

  function noteAnswer(): void {
    const now = performance.now()
    if (isGap(now)) answersSince = now
    answeredAt = now
  }

  return {
    start() {
      if (timer !== undefined || isStopped) return
      timer = setInterval(() => void look(), everyMs)
      timer.unref()
    },
    mayJudge,
    stop() {
      isStopped = true
      clearInterval(timer)
    },
  }
}

function letIdleReadersGo({ entries, idleReaderMs }: WatchOptions): void {
  for (const { readers } of entries.values()) {
    for (const reader of [...readers]) if (reader.idleMs() > idleReaderMs) reader.letGo(idle(idleReaderMs))
  }
}

async function renew({ store, node, leaseMs, entries }: WatchOptions): Promise<void> {
  const all = [...entries.values()]
  for (const entry of all) if (entry.readers.size > 0) entry.attend()
  const ours = all.filter(({ live }) => live !== undefined)
  if (ours.length === 0) return
  const renewals = await store.renew(
    ours.map(({ id }) => id),
    node,
    leaseMs,
  )
  for (const [index, renewal] of renewals.entries()) heed(ours[index], renewal)
}

function heed(entry: RunEntry | undefined, { isLost, cancelRequested, isAttended }: Renewal): void {
  if (entry?.live === undefined) return
  if (isLost || cancelRequested) entry.live.cancel()
  if (entry.graceMs === Number.POSITIVE_INFINITY) return
  if (isAttended || entry.readers.size > 0) {
    entry.unattendedSince = undefined
    entry.wasRead = true
    return
  }
  const now = performance.now()
  entry.unattendedSince ??= now
  const allowedMs = entry.wasRead ? entry.graceMs : Math.max(entry.graceMs, firstReaderMs)
  if (now - entry.unattendedSince >= allowedMs) entry.live.cancel({ readerLeft: true })
}

function idle(idleReaderMs: number): StreamError {
  return new StreamError(`The reader took nothing for ${idleReaderMs} ms`, { code: 'LIMIT_EXCEEDED' })
}
