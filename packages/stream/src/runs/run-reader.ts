/** One reader of one run: takes from the tail while it keeps up, and pages from the store while it does not. */
import type { Part } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { Coalescer } from './coalesce.ts'
import type { RunPage } from './run-store.ts'
import type { RunTail } from './run-tail.ts'
import type { ReadOptions } from './runs.ts'

/** What a reader reads from. */
export interface ReaderSource {
  readonly tail: RunTail
  page(after: number, maxParts: number): Promise<RunPage>
  /** The reader waits at the tail: it must be fed. */
  feed(): void
  /** The run has ended: brings the tail's record up to date. */
  learnEnd(): Promise<void>
  left(): void
}

/** Opens the source when the reader begins to read; who never reads holds nothing. */
export type OpenSource = (reader: RunReader) => Promise<ReaderSource>

/** Parts in one page from the store, and in one that is merged. */
const pageParts = 512
const mergedPageParts = 4096

/** The reader. Nothing waits in memory for it beyond one page, and no run waits for it. */
export class RunReader implements AsyncIterableIterator<Part> {
  readonly #open: OpenSource
  readonly #options: ReadOptions
  #source: ReaderSource | undefined
  /** The cursor that is read next. */
  #position: number
  #page: Part[] = []
  #pageIndex = 0
  /** Parts up to this cursor come merged. */
  #mergeUntil = 0
  #keptUp = false
  #closed: 'done' | { error: Error } | undefined
  #advancing: Promise<void> | undefined
  #stopWaiting: (() => void) | undefined
  #askedAt = 0

  constructor(open: OpenSource, options: ReadOptions) {
    const { after = 0 } = options
    if (!Number.isSafeInteger(after) || after < 0)
      throw new RangeError(`Cannot read after the cursor ${after}: give a whole number from 0 on`)
    this.#open = open
    this.#options = options
    this.#position = after + 1
  }

  /** The cursor that is read next. */
  get position(): number {
    return this.#position
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Part, undefined>> {
    this.#askedAt = performance.now()
    for (;;) {
      if (this.#closed !== undefined) return this.#conclude()
      const part = this.#take()
      if (part !== undefined) return this.#deliver(part)
      this.#advancing ??= this.#advance()
      await this.#advancing
    }
  }

  async return(): Promise<IteratorResult<Part, undefined>> {
    this.#close('done')
    return { done: true, value: undefined }
  }

  /** Lets the reader go: its next call throws. */
  letGo(error: Error): void {
    this.#close({ error })
  }

  /** For how many milliseconds something has been there that was not asked for. */
  idleMs(): number {
    const isWaiting = this.#advancing !== undefined || (this.#source?.tail.last ?? 0) < this.#position
    return isWaiting ? 0 : performance.now() - this.#askedAt
  }

  #conclude(): IteratorResult<Part, undefined> {
    const closed = this.#closed
    this.#closed = 'done'
    if (typeof closed === 'object') throw closed.error
    return { done: true, value: undefined }
  }

  #take(): Part | undefined {
    const paged = this.#page[this.#pageIndex]
    if (paged !== undefined) {
      this.#pageIndex++
      return paged
    }
    if (this.#source === undefined || this.#position <= this.#mergeUntil) return undefined
    return this.#source.tail.at(this.#position)
  }

  #deliver(part: Part): IteratorResult<Part, undefined> | Promise<IteratorResult<Part, undefined>> {
    this.#position = part.cursor + 1
    this.#meetPace()
    const result = { done: false, value: part } as const
    return part.type === 'finish' || part.type === 'error' ? this.#deliverEnd(result) : result
  }

  async #deliverEnd(result: IteratorResult<Part, undefined>): Promise<IteratorResult<Part, undefined>> {
    // The part says how the run ended; a record that cannot be had just now changes nothing about that.
    await this.#source?.learnEnd().catch(() => undefined)
    this.#close('done')
    return result
  }

  #meetPace(): void {
    const { whenSlow = 'pause', maxBehind = 1000 } = this.#options
    const behind = (this.#source?.tail.last ?? 0) - this.#position
    if (behind < 0) this.#keptUp = true
    // Who begins with what is old is not slow.
    if (whenSlow === 'pause' || !this.#keptUp || behind < maxBehind) return
    this.#keptUp = false
    this.#page = []
    if (whenSlow === 'close') this.#close({ error: tooFarBehind(maxBehind) })
    else this.#mergeUntil = this.#source?.tail.last ?? 0
  }

  async #advance(): Promise<void> {
    try {
      if (this.#source === undefined) await this.#begin()
      else await this.#goOn(this.#source)
    } catch (error) {
      this.#close({ error: error instanceof Error ? error : new Error(String(error)) })
    } finally {
      this.#advancing = undefined
    }
  }

  async #goOn(source: ReaderSource): Promise<void> {
    const { tail } = source
    if (this.#position <= this.#mergeUntil) await this.#loadMerged(source, this.#mergeUntil)
    else if (this.#position < tail.floor) await this.#load(source)
    else if (tail.hasEnded) this.#close('done')
    else await this.#wait(source)
  }

  async #begin(): Promise<void> {
    const { signal, coalesce = false } = this.#options
    if (signal?.aborted) return this.#close('done')
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    const source = await this.#open(this)
    this.#source = source
    if (this.#closed !== undefined) source.left()
    else if (coalesce) this.#mergeUntil = source.tail.last
  }

  readonly #onAbort = (): void => this.#close('done')

  async #load(source: ReaderSource): Promise<void> {
    const { parts, isLast } = await source.page(this.#position - 1, pageParts)
    this.#turnTo(parts, isLast)
  }

  async #loadMerged(source: ReaderSource, until: number): Promise<void> {
    const merged = new Coalescer()
    let isLast = false
    for (let after = this.#position - 1; after < until && !isLast; ) {
      const page = await source.page(after, mergedPageParts)
      for (const part of page.parts) merged.take(part)
      after = page.parts.at(-1)?.cursor ?? until
      isLast = page.isLast
    }
    this.#mergeUntil = 0
    this.#turnTo(merged.finish(), isLast)
  }

  #turnTo(parts: Part[], isLast: boolean): void {
    if (this.#closed !== undefined) return
    this.#page = parts
    this.#pageIndex = 0
    if (parts.length > 0) return
    this.#close(isLast ? 'done' : { error: noLongerKept(this.#position) })
  }

  /** Until the tail changes or the reader leaves. */
  #wait(source: ReaderSource): Promise<void> {
    this.#keptUp = true
    source.feed()
    const { tail } = source
    if (tail.outage !== undefined) throw tail.outage
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        tail.offChange(wake)
        this.#stopWaiting = undefined
        if (tail.outage === undefined) resolve()
        else reject(tail.outage)
      }
      this.#stopWaiting = wake
      tail.onChange(wake)
    })
  }

  #close(how: 'done' | { error: Error }): void {
    if (this.#closed !== undefined) return
    this.#closed = how
    this.#page = []
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    this.#stopWaiting?.()
    this.#source?.left()
  }
}

function noLongerKept(cursor: number): StreamError {
  return new StreamError(`Cannot read part ${cursor}: it is no longer kept`, { code: 'LIMIT_EXCEEDED' })
}

function tooFarBehind(maxBehind: number): StreamError {
  return new StreamError(`Cannot go on reading: the reader is more than ${maxBehind} parts behind`, {
    code: 'LIMIT_EXCEEDED',
  })
}
