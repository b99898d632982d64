/** The end of one run's log in this process: the latest parts, for readers who keep up, and who waits for more. */
import type { Part } from '../contract.ts'
import type { RunRecord } from './run-store.ts'

/** How much is held at most for readers who keep up; who is further behind reads from the store. */
const maxParts = 512
const maxChars = 64 * 1024
/** What every reader has read is let go at the latest so long after it came, in milliseconds. */
const tidyMs = 500
/** So many are held although every reader has them, for one who comes now. */
const spareParts = 8

/** Fed by the run's producer in this process, or by following the store. */
export class RunTail {
  record: RunRecord
  /** Why no more can be heard at present. */
  outage: Error | undefined
  #parts: Part[] = []
  #chars = 0
  #hasEnded = false
  #floor: number
  readonly #neededFrom: () => number
  readonly #waiting = new Set<() => void>()
  #tidying: ReturnType<typeof setTimeout> | undefined

  /** `neededFrom` is the first cursor that a reader here has not read. */
  constructor(record: RunRecord, neededFrom: () => number) {
    this.record = record
    this.#neededFrom = neededFrom
    this.#floor = record.lastCursor + 1
  }

  /** The cursor of the last part that is known to stand in the log. */
  get last(): number {
    return this.#floor + this.#parts.length - 1
  }

  /** The cursor of the first part that is held. */
  get floor(): number {
    return this.#floor
  }

  /** Nothing comes after `last`. */
  get hasEnded(): boolean {
    return this.#hasEnded || this.record.end !== undefined
  }

  at(cursor: number): Part | undefined {
    return this.#parts[cursor - this.#floor]
  }

  /** Takes parts that stand in the log; those that were taken before are passed over. What every reader has read is let go. */
  push(parts: readonly Part[], isLast = false): void {
    this.#trim(this.#neededFrom() - spareParts)
    for (const part of parts) {
      if (part.cursor <= this.last) continue
      this.#parts.push(part)
      this.#chars += charsOf(part)
    }
    this.#hasEnded ||= isLast
    this.outage = undefined
    this.#trim(0)
    this.changed()
    if (this.#parts.length > 2 * spareParts) this.#tidyLater()
  }

  /** What came at once is read soon after, and it may be long before something comes again. */
  #tidyLater(): void {
    this.#tidying ??= setTimeout(() => {
      this.#tidying = undefined
      this.#trim(this.#neededFrom() - spareParts)
    }, tidyMs).unref()
  }

  /** Wakes who waits. */
  changed(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  /** Calls at each change, until it is taken off. */
  onChange(wake: () => void): void {
    this.#waiting.add(wake)
  }

  offChange(wake: () => void): void {
    this.#waiting.delete(wake)
  }

  /** Lets go what stands before the cursor, and what is too much. */
  #trim(before: number): void {
    let dropped = 0
    for (; this.#floor + dropped < before || this.#isTooMuch(dropped); dropped++) {
      const part = this.#parts[dropped]
      if (part === undefined) break
      this.#chars -= charsOf(part)
    }
    if (dropped === 0) return
    this.#parts = this.#parts.slice(dropped)
    this.#floor += dropped
  }

  #isTooMuch(dropped: number): boolean {
    return this.#parts.length - dropped > maxParts || this.#chars > maxChars
  }
}

function charsOf(part: Part): number {
  return 'delta' in part ? part.delta.length : 0
}
