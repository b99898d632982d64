/** A run as the strings of a protocol, with something without meaning between them while nothing comes. */
import type { Part } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import type { Deliverable } from './deliverable.ts'
import type { HeartbeatOptions, PaceOptions } from './delivery-options.ts'
import type { Frames } from './frames.ts'
import { pacedParts } from './paced-parts.ts'

/** The strings. `return` ends a `next` that waits, which an async generator's could not. */
export interface FrameReader extends AsyncIterableIterator<string, undefined> {
  return(): Promise<IteratorResult<string, undefined>>
  /** Called once where the reader is so slow that it is given up; `next` then throws. */
  onTooSlow: ((error: StreamError) => void) | undefined
}

/** Begins to read. */
export function readFrames(
  run: Deliverable,
  frames: Frames,
  options: HeartbeatOptions & PaceOptions = {},
): FrameReader {
  return new PartsAsFrames(run.parts[Symbol.asyncIterator](), frames, options)
}

class PartsAsFrames implements FrameReader {
  readonly #parts: AsyncIterator<Part>
  readonly #frames: Frames
  readonly #timer: ReturnType<typeof setInterval> | undefined
  /** Of several that were made at once, those that wait to be read. */
  #ready: string[] = []
  #pending: Promise<IteratorResult<Part, unknown>> | undefined
  #wake: ((what: 'end' | 'beat') => void) | undefined
  #isQuiet = false
  #isOpen = true
  #isTooSlow = false
  #hasFailed = false
  #cursor = 0
  onTooSlow: ((error: StreamError) => void) | undefined

  constructor(parts: AsyncIterator<Part>, frames: Frames, options: HeartbeatOptions & PaceOptions) {
    const { heartbeatMs = 15_000 } = options
    this.#parts = pacedParts(parts, options, error => {
      this.#isTooSlow = true
      this.onTooSlow?.(error)
    })
    this.#frames = frames
    if (frames.opening !== undefined) this.#ready.push(...[frames.opening].flat())
    if (heartbeatMs > 0 && frames.beat !== undefined) {
      this.#timer = setInterval(() => this.#tick(), heartbeatMs)
    }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    try {
      for (;;) {
        const value = this.#ready.shift()
        if (value !== undefined) return { done: false, value }
        if (!this.#isOpen || this.#hasFailed) break
        const part = await this.#nextPart()
        if (part === 'end') break
        const frame = part === 'beat' ? this.#frames.beat : this.#take(part)
        if (typeof frame === 'string') return { done: false, value: frame }
        if (frame !== undefined) this.#ready.push(...frame)
      }
    } catch (error) {
      this.#close()
      throw error
    }
    this.#close()
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<string, undefined>> {
    this.#ready = []
    this.#close()
    return { done: true, value: undefined }
  }

  #take(part: Part): ReturnType<Frames['take']> {
    this.#isQuiet = false
    this.#cursor = part.cursor
    return this.#frames.take(part)
  }

  /** What is next: a part, the end, or a beat while neither has come. */
  #nextPart(): Promise<Part | 'end' | 'beat'> {
    return new Promise((resolve, reject) => {
      this.#wake = resolve
      this.#pending ??= this.#parts.next()
      this.#pending.then(
        ({ done, value }) => {
          this.#pending = undefined
          resolve(done ? 'end' : value)
        },
        error => {
          this.#pending = undefined
          this.#hasFailed = true
          if (this.#isTooSlow) reject(error)
          else resolve(errorPart(error, this.#cursor))
        },
      )
    })
  }

  #tick(): void {
    if (this.#isQuiet) this.#wake?.('beat')
    this.#isQuiet = true
  }

  #close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    clearInterval(this.#timer)
    this.#wake?.('end')
    // A generator that waits for its next part returns when that comes: nobody waits for it.
    this.#parts.return?.().then(undefined, () => undefined)
  }
}

/** A log that cannot be read on is told as a failed run is, under the cursor that a reader can come back with. */
function errorPart(error: unknown, cursor: number): Part {
  if (error instanceof StreamError) {
    const { code, message, retryable } = error
    return { type: 'error', code, message, retryable, cursor }
  }
  return {
    type: 'error',
    code: 'INTERNAL',
    message: 'Cannot read the run any further',
    retryable: false,
    cursor,
  }
}
