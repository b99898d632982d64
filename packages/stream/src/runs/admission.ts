/** Who may start a run now: so many at once in this process, so many for one key, the rest in a bounded line. */
import { createTurns, type Turns } from '../resilience/turns.ts'
import { StreamError } from '../stream-error.ts'

/** The bounds; `createRuns` documents each. */
export interface AdmissionOptions {
  maxRunning: number
  maxRunningPerKey: number
  maxWaiting: number
  maxWaitMs: number
}

/** The door. */
export interface Admission {
  readonly running: number
  readonly waiting: number
  /** Resolves with what gives the turn back; rejects with `RATE_LIMITED` and `retryAfterMs`. */
  enter(key: string | undefined, signal?: AbortSignal): Promise<() => void>
}

/** Makes it. */
export function createAdmission({ maxRunning, maxRunningPerKey, ...line }: AdmissionOptions): Admission {
  const all = createTurns({ ...line, max: maxRunning, refusal: waiting => tooMany('', waiting) })
  const byKey = new Map<string, Turns>()

  async function enterKey(key: string | undefined, signal?: AbortSignal): Promise<() => void> {
    if (key === undefined || maxRunningPerKey === Number.POSITIVE_INFINITY) return () => undefined
    const turns = byKey.get(key) ?? createTurns({ ...line, max: maxRunningPerKey, refusal: tooManyOfKey })
    byKey.set(key, turns)
    const forget = (): void => {
      if (turns.taken === 0 && turns.waiting === 0) byKey.delete(key)
    }
    try {
      const leave = await turns.enter(signal)
      return () => {
        leave()
        forget()
      }
    } catch (error) {
      forget()
      throw error
    }
  }

  return {
    get running() {
      return all.taken
    },
    get waiting() {
      return [...byKey.values()].reduce((sum, turns) => sum + turns.waiting, all.waiting)
    },
    async enter(key, signal) {
      const leaveKey = await enterKey(key, signal)
      try {
        const leaveAll = await all.enter(signal)
        return () => {
          leaveAll()
          leaveKey()
        }
      } catch (error) {
        leaveKey()
        throw error
      }
    },
  }
}

// What a second's wait may change; a run mostly takes longer, and whoever comes back early is told again.
const retryAfterMs = 1000

function tooMany(whose: string, waiting: number): StreamError {
  return new StreamError(`Too many runs${whose}: ${waiting} wait already`, {
    code: 'RATE_LIMITED',
    retryAfterMs,
  })
}

function tooManyOfKey(waiting: number): StreamError {
  return tooMany(' for this key', waiting)
}
