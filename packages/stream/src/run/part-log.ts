/** The bounded log of a run's parts: written once, read by any number of readers at their own pace. */
import type { Part } from '../contract.ts'
import { StreamError } from '../stream-error.ts'

type WithoutCursor<T> = T extends unknown ? Omit<T, 'cursor'> : never
/** A part before it has a cursor. */
export type NewPart = WithoutCursor<Part>

/** The log. Cursors count from 1. */
export interface PartLog {
  /** Keeps a copy. */
  append(part: NewPart): void
  /** Nothing more comes. */
  end(): void
  /** A promise while a reader is so far behind that nothing more may be appended; otherwise `undefined`. */
  room(): Promise<void> | undefined
  /** Parts after the cursor, from the first by default; ends when the log has ended. */
  read(after?: number): AsyncIterableIterator<Part>
  /** Somebody waits for the end alone: parts may be dropped unread. */
  drain(): void
}

/**
 * Keeps at most about `maxChars` characters: beyond that, parts that every reader has read are dropped, and the writer
 * waits for the slowest reader, or for the first to come.
 */
export function createPartLog(maxChars: number): PartLog {
  return new BoundedLog(maxChars)
}

/** How much a part counts beside its text. */
const partOverheadChars = 100

/** Dropped parts are let go of in runs of at least so many. */
const compactAfter = 32

class BoundedLog implements PartLog {
  readonly #maxChars: number
  readonly #parts: Part[] = []
  readonly readers = new Set<LogReader>()
  /** `#parts[#dropped]` has the cursor `floor`. */
  #dropped = 0
  #next = 1
  #size = 0
  floor = 1
  ended = false
  /** Whether anyone has come who could have read what is dropped. */
  #observed = false
  #whenRoom: { promise: Promise<void>; resolve: () => void } | undefined

  constructor(maxChars: number) {
    this.#maxChars = maxChars
  }

  append(part: NewPart): void {
    // A copy of a spread with one property more would have a hidden class of its own, three times as large as the part.
    const kept = Object.assign({}, part, { cursor: this.#next++ }) as Part
    this.#parts.push(kept)
    this.#size += sizeOf(kept)
    this.#trim()
    for (const reader of this.readers) reader.wake()
  }

  end(): void {
    this.ended = true
    for (const reader of this.readers) reader.wake()
  }

  room(): Promise<void> | undefined {
    if (this.#size <= this.#maxChars) return undefined
    this.#whenRoom ??= deferred()
    return this.#whenRoom.promise
  }

  /** A reader has moved on or left. */
  moved(): void {
    if (this.#whenRoom === undefined) return
    this.#trim()
    if (this.#size > this.#maxChars) return
    this.#whenRoom.resolve()
    this.#whenRoom = undefined
  }

  at(cursor: number): Part | undefined {
    return this.#parts[this.#dropped + cursor - this.floor]
  }

  join(reader: LogReader): void {
    this.readers.add(reader)
    this.#observed = true
  }

  drain(): void {
    this.#observed = true
    this.moved()
  }

  read(after = 0): AsyncIterableIterator<Part> {
    return new LogReader(this, after + 1)
  }

  #trim(): void {
    if (this.#size <= this.#maxChars || !this.#observed) return
    let needed = this.#next
    for (const reader of this.readers) needed = Math.min(needed, reader.position)
    for (; this.#size > this.#maxChars && this.floor < needed; this.floor++) {
      const part = this.#parts[this.#dropped++]
      if (part !== undefined) this.#size -= sizeOf(part)
    }
    if (this.#dropped < compactAfter || this.#dropped * 2 < this.#parts.length) return
    this.#parts.splice(0, this.#dropped)
    this.#dropped = 0
  }
}

class LogReader implements AsyncIterableIterator<Part> {
  readonly #log: BoundedLog
  #open = true
  #waiting: (() => void)[] = []
  /** The cursor that is read next. */
  position: number

  constructor(log: BoundedLog, next: number) {
    this.#log = log
    this.position = next
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Part, undefined>> {
    // Who never reads holds nobody back.
    if (this.#open) this.#log.join(this)
    for (;;) {
      const result = this.#take()
      if (result !== undefined) return result
      await new Promise<void>(resolve => {
        this.#waiting.push(resolve)
      })
    }
  }

  async return(): Promise<IteratorResult<Part, undefined>> {
    this.#leave()
    return { done: true, value: undefined }
  }

  wake(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  #take(): IteratorResult<Part, undefined> | undefined {
    if (!this.#open) return { done: true, value: undefined }
    if (this.position < this.#log.floor) {
      this.#leave()
      throw forgotten(this.position, this.#log.floor)
    }
    const value = this.#log.at(this.position)
    if (value !== undefined) {
      this.position++
      this.#log.moved()
      return { done: false, value }
    }
    if (!this.#log.ended) return undefined
    this.#leave()
    return { done: true, value: undefined }
  }

  #leave(): void {
    this.#open = false
    this.#log.readers.delete(this)
    this.wake()
    this.#log.moved()
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}

function sizeOf(part: Part): number {
  return partOverheadChars + ('delta' in part ? part.delta.length : 0)
}

function forgotten(cursor: number, floor: number): StreamError {
  return new StreamError(`Cannot read part ${cursor}: parts before ${floor} are no longer kept`, {
    code: 'LIMIT_EXCEEDED',
  })
}
