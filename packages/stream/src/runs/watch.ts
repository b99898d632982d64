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
}

/** A producer speaks three times within its lease. */
const renewalsPerLease = 3
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

  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    try {
      letIdleReadersGo(options)
      await renew(options)
      for (const id of await options.store.lost(lostAtOnce)) await options.endLost(id)
      if (performance.now() - sweptAt > sweepEveryMs) {
        sweptAt = performance.now()
        await options.store.sweep()
      }
    } catch {
      // The store is away: writers and readers say so themselves, and the next look is soon.
    } finally {
      isLooking = false
    }
  }

  return {
    start() {
      if (timer !== undefined || isStopped) return
      timer = setInterval(() => void look(), options.leaseMs / renewalsPerLease)
      timer.unref()
    },
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
