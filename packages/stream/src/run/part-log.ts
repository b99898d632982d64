/** The bounded log of a run's parts: written once, read by any number of readers at their own pace. */
import type { Part } from '../contract.ts'
import { StreamError } from '../stream-error.ts'

/** A part before it has a cursor. */
type WithoutCursor<T> = T extends unknown ? Omit<T, 'cursor'> : never
/** What is appended. */
export type NewPart = WithoutCursor<Part>

/** The log. Cursors count from 1. */
export interface PartLog {
  append(part: NewPart): void
  /** Nothing more comes. */
  end(): void
  /** A promise while a reader is so far behind that nothing more may be appended; otherwise `undefined`. */
  room(): Promise<void> | undefined
  /** Parts after the cursor, from the first by default; ends when the log has ended. */
  read(after?: number): AsyncIterableIterator<Part>
}

interface Reader {
  /** The cursor that it reads next. */
  next: number
  wake: (() => void) | undefined
}

/** How much a part counts beside its text. */
const partOverheadChars = 100

/** Keeps at most about `maxChars` characters: beyond that, parts that every reader has read are dropped, and the writer waits for the slowest reader. */
export function createPartLog(maxChars: number): PartLog {
  const parts: Part[] = []
  const readers = new Set<Reader>()
  // `parts[dropped]` has the cursor `floor`; the array is compacted now and then.
  let dropped = 0
  let floor = 1
  let next = 1
  let size = 0
  let ended = false
  let whenRoom: { promise: Promise<void>; resolve: () => void } | undefined

  function append(part: NewPart): void {
    const kept = part as Part
    kept.cursor = next++
    parts.push(kept)
    size += sizeOf(kept)
    trim()
    wakeReaders()
  }

  function wakeReaders(): void {
    for (const reader of readers) {
      const wake = reader.wake
      reader.wake = undefined
      wake?.()
    }
  }

  function trim(): void {
    if (size <= maxChars) return
    const oldestNeeded = slowest()
    while (size > maxChars && floor < oldestNeeded) {
      const part = parts[dropped]
      if (part === undefined) break
      size -= sizeOf(part)
      dropped++
      floor++
    }
    if (dropped > 1024 && dropped * 2 > parts.length) {
      parts.splice(0, dropped)
      dropped = 0
    }
  }

  function slowest(): number {
    let oldest = next
    for (const reader of readers) oldest = Math.min(oldest, reader.next)
    return oldest
  }

  function room(): Promise<void> | undefined {
    if (size <= maxChars) return undefined
    if (whenRoom === undefined) {
      let resolve = (): void => undefined
      const promise = new Promise<void>(done => {
        resolve = done
      })
      whenRoom = { promise, resolve }
    }
    return whenRoom.promise
  }

  function moved(): void {
    if (whenRoom === undefined) return
    trim()
    if (size > maxChars) return
    whenRoom.resolve()
    whenRoom = undefined
  }

  function read(after?: number): AsyncIterableIterator<Part> {
    const reader: Reader = { next: after === undefined ? 1 : after + 1, wake: undefined }
    let open = true
    const leave = (): void => {
      open = false
      readers.delete(reader)
      reader.wake?.()
      moved()
    }
    const take = (): IteratorResult<Part> | undefined => {
      if (!open) return { done: true, value: undefined }
      if (reader.next < floor) {
        leave()
        throw forgotten(reader.next, floor)
      }
      const part = parts[dropped + reader.next - floor]
      if (part !== undefined) {
        reader.next++
        moved()
        return { done: false, value: part }
      }
      if (!ended) return undefined
      leave()
      return { done: true, value: undefined }
    }
    const iterator: AsyncIterableIterator<Part> = {
      async next() {
        // Who never reads holds nobody back.
        if (open) readers.add(reader)
        for (;;) {
          const result = take()
          if (result !== undefined) return result
          await new Promise<void>(resolve => {
            reader.wake = resolve
          })
        }
      },
      async return() {
        leave()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }

  return {
    append,
    end() {
      ended = true
      wakeReaders()
    },
    room,
    read,
  }
}

function sizeOf(part: Part): number {
  return partOverheadChars + ('delta' in part ? part.delta.length : 0)
}

function forgotten(cursor: number, floor: number): StreamError {
  return new StreamError(`Cannot read part ${cursor}: parts before ${floor} are no longer kept`, {
    code: 'LIMIT_EXCEEDED',
  })
}
