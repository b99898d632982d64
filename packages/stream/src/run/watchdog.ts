/** The time-outs of a run, with one timer that is set anew only when it fires. */
import { defined } from '../defined.ts'
import { StreamError, type StreamErrorCode } from '../stream-error.ts'

/** Milliseconds each; `Infinity` turns one off. */
export interface Timeouts {
  /** Until the provider answers with response headers. Default 60,000. */
  connectMs?: number
  /** From the request until the first delta of any kind. Default 120,000. */
  firstTokenMs?: number
  /** Between any two parts after the first delta. Default 60,000. */
  betweenTokensMs?: number
  /** The whole run, waiting for slow readers included. Default 900,000. */
  totalMs?: number
}

const defaultTimeouts: Required<Timeouts> = {
  connectMs: 60_000,
  firstTokenMs: 120_000,
  betweenTokensMs: 60_000,
  totalMs: 900_000,
}

/** The limits with defaults where none is given. Throws `RangeError` for a limit that is no time. */
export function checkedTimeouts(given: Timeouts = {}): Required<Timeouts> {
  for (const [name, value] of Object.entries(defined(given)))
    if (!(typeof value === 'number' && value >= 0))
      throw new RangeError(`Cannot run: timeouts.${name} must be milliseconds, not ${String(value)}`)
  return { ...defaultTimeouts, ...defined(given) }
}

/** Watches one run. */
export interface Watchdog {
  /** A part is being waited for: the clock between tokens runs. */
  waiting(): void
  /** A part has come, or the run waits for its readers: only the total runs. */
  paused(): void
  /** The first delta has come. */
  firstToken(): void
  stop(): void
}

/** Calls `bark` once, with the error, when a limit is passed. */
export function createWatchdog(limits: Required<Timeouts>, bark: (error: StreamError) => void): Watchdog {
  const startedAt = performance.now()
  let hasToken = false
  let waitingSince: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  arm(Math.min(limits.firstTokenMs, limits.betweenTokensMs, limits.totalMs))

  function arm(delayMs: number): void {
    // Beyond 2^31 - 1 Node fires at once; a day at a time is rare enough to wake up for.
    timer = setTimeout(check, Math.min(Math.max(1, delayMs), 86_400_000))
  }

  function check(): void {
    const now = performance.now()
    const due = deadlines(now)
    const passed = due.find(([at]) => at <= now)
    if (passed === undefined) arm(Math.min(...due.map(([at]) => at - now)))
    else bark(timeout(passed[1], passed[2]))
  }

  function deadlines(now: number): [at: number, code: StreamErrorCode, limitMs: number][] {
    const due: [number, StreamErrorCode, number][] = [
      [startedAt + limits.totalMs, 'TIMEOUT_TOTAL', limits.totalMs],
    ]
    if (!hasToken) due.unshift([startedAt + limits.firstTokenMs, 'TIMEOUT_FIRST_TOKEN', limits.firstTokenMs])
    else
      due.unshift([
        (waitingSince ?? now) + limits.betweenTokensMs,
        'TIMEOUT_BETWEEN_TOKENS',
        limits.betweenTokensMs,
      ])
    return due
  }

  return {
    waiting() {
      waitingSince = performance.now()
    },
    paused() {
      waitingSince = undefined
    },
    firstToken() {
      hasToken = true
    },
    stop() {
      clearTimeout(timer)
    },
  }
}

const waitedFor: Partial<Record<StreamErrorCode, string>> = {
  TIMEOUT_FIRST_TOKEN: 'No token came',
  TIMEOUT_BETWEEN_TOKENS: 'No further token came',
  TIMEOUT_TOTAL: 'The run did not end',
}

function timeout(code: StreamErrorCode, limitMs: number): StreamError {
  return new StreamError(`${waitedFor[code]} within ${limitMs} ms`, { code })
}
