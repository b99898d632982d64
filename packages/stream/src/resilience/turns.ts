/** Turns for a bounded number at once: who finds none free waits in line, in order, for a bounded time. */
import { abortOf, refuseAborted } from '../abort-of.ts'
import { startTimer } from '../timer.ts'

/** The bounds. */
export interface TurnOptions {
  /** How many have a turn at once. */
  max: number
  /** How many may wait; one more is refused. */
  maxWaiting: number
  /** How long one may wait, in milliseconds; default: as long as its signal allows. */
  maxWaitMs?: number
  /** The error for one that is refused; `waiting` is how many wait. */
  refusal(waiting: number): Error
}

/** The turns. */
export interface Turns {
  readonly taken: number
  readonly waiting: number
  /** Resolves with what gives the turn back (once; further calls do nothing); rejects with the refusal, or with the signal's abort as a `StreamError`. */
  enter(signal?: AbortSignal): Promise<() => void>
}

/** Makes them. */
export function createTurns(options: TurnOptions): Turns {
  return new Line(options)
}

class Line implements Turns {
  readonly #options: TurnOptions
  readonly #waiting = new Set<() => void>()
  taken = 0

  constructor(options: TurnOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#waiting.size
  }

  async enter(signal?: AbortSignal): Promise<() => void> {
    const { max, maxWaiting, refusal } = this.#options
    refuseAborted(signal)
    if (this.taken < max) this.taken++
    else if (this.#waiting.size >= maxWaiting) throw refusal(this.#waiting.size)
    else await this.#wait(signal)
    return this.#leaver()
  }

  #leaver(): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      const [next] = this.#waiting
      if (next === undefined) this.taken--
      else next()
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    const { maxWaitMs = Number.POSITIVE_INFINITY, refusal } = this.#options
    return new Promise((resolve, reject) => {
      const leaveLine = (): void => {
        this.#waiting.delete(onTurn)
        signal?.removeEventListener('abort', onAbort)
        stopTimer()
      }
      const onTurn = (): void => {
        leaveLine()
        resolve()
      }
      const onAbort = (): void => {
        leaveLine()
        reject(abortOf(signal))
      }
      const onLate = (): void => {
        leaveLine()
        reject(refusal(this.#waiting.size))
      }
      const stopTimer = startTimer(maxWaitMs, onLate)
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.add(onTurn)
    })
  }
}
