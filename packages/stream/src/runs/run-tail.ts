/** The end of one run's log in this process: the latest parts, for readers who keep up, and who waits for more. */
import type { Part } from '../contract.ts'
import type { RunRecord } from './run-store.ts'

/** How much is held for readers who keep up; who is behind reads from the store. */
const maxParts = 128
const maxChars = 8 * 1024

/** Fed by the run's producer in this process, or by following the store. */
export class RunTail {
  record: RunRecord
  /** Why no more can be heard at present. */
  outage: Error | undefined
  #parts: Part[] = []
  #chars = 0
  #hasEnded = false
  #floor: number
  readonly #waiting = new Set<() => void>()

  constructor(record: RunRecord) {
    this.record = record
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

  /** Takes parts that stand in the log; those that were taken before are passed over. */
  push(parts: readonly Part[], isLast = false): void {
    for (const part of parts) {
      if (part.cursor <= this.last) continue
      this.#parts.push(part)
      this.#chars += charsOf(part)
    }
    this.#hasEnded ||= isLast
    this.outage = undefined
    this.#trim()
    this.changed()
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

  #trim(): void {
    let dropped = 0
    for (; this.#parts.length - dropped > maxParts || this.#chars > maxChars; dropped++) {
      const part = this.#parts[dropped]
      if (part === undefined) break
      this.#chars -= charsOf(part)
    }
    if (dropped === 0) return
    this.#parts = this.#parts.slice(dropped)
    this.#floor += dropped
  }
}

function charsOf(part: Part): number {
  return 'delta' in part ? part.delta.length : 0
}
