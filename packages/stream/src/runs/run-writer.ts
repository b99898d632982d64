/** Writes one run into its store as it is produced: what readers see stands in the log, and what waits for the store is bounded. */
import type { Part, SealPart } from '../contract.ts'
import type { Run } from '../run/run.ts'
import { sleep } from '../sleep.ts'
import { StreamError } from '../stream-error.ts'
import { endOf } from './run-end.ts'
import type { RunEnd, RunStore } from './run-store.ts'
import type { RunTail } from './run-tail.ts'
import { isLost, isUnavailable } from './store-errors.ts'

/** What a writer needs. */
export interface RunWriterOptions {
  run: Run
  store: RunStore
  tail: RunTail
  owner: string
  maxLogChars: number
  /** How long it goes on trying to reach the store; asked anew each time. */
  storeOutageMs(): number
  readerPatienceMs: number
  /** Stops the run with this error. */
  abort(error: StreamError): void
}

/** How much may wait for the store before the model is held back. */
const maxPendingChars = 256 * 1024
/** A page of the log is never longer than what was written at once, or than its reader asked for. */
const maxPartsAtOnce = 256
/** How much a part counts beside its text, as in a run's own log. */
const partOverheadChars = 100
const firstPauseMs = 25
const longestPauseMs = 1000

/** Writes until the run has ended and its end is kept, or the run is lost; never rejects. */
export async function writeRun(options: RunWriterOptions): Promise<void> {
  await new RunWriter(options).write()
}

class RunWriter {
  readonly #options: RunWriterOptions
  #pending: Part[] = []
  #pendingChars = 0
  #logChars = 0
  #seal: SealPart | undefined
  #last: Part | undefined
  #flushing: Promise<void> | undefined
  #gaveUp = false

  constructor(options: RunWriterOptions) {
    this.#options = options
  }

  async write(): Promise<void> {
    try {
      await this.#writeAll()
    } catch (error) {
      this.#giveUp(error)
    }
  }

  async #writeAll(): Promise<void> {
    const { run } = this.#options
    for await (const part of run.parts) {
      if (part.type === 'finish' || part.type === 'error') {
        this.#last = part
        break
      }
      this.#pending.push(part)
      this.#count(part)
      this.#flushing ??= this.#flush()
      if (this.#pendingChars > maxPendingChars) await this.#flushing
    }
    await this.#writeEnd(await endOf(run, this.#seal))
  }

  #count(part: Part): void {
    const chars = partOverheadChars + ('delta' in part ? part.delta.length : 0)
    this.#pendingChars += chars
    this.#logChars += chars
    if (part.type === 'seal' && part.choice === undefined) this.#seal = part
    const { maxLogChars, abort } = this.#options
    if (this.#logChars > maxLogChars) abort(tooLong(maxLogChars))
  }

  async #flush(): Promise<void> {
    const { store, run, owner, tail } = this.#options
    while (this.#pending.length > 0) {
      const parts = this.#takePending()
      const kept = await this.#insist(() => store.append(run.id, owner, parts))
      if (kept) tail.push(parts)
    }
    this.#flushing = undefined
  }

  #takePending(): Part[] {
    const parts = this.#pending.splice(0, maxPartsAtOnce)
    if (this.#pending.length === 0) this.#pendingChars = 0
    return parts
  }

  async #writeEnd(end: RunEnd): Promise<void> {
    const { store, run, owner, tail } = this.#options
    await this.#flushing
    const parts = this.#last === undefined ? [] : [this.#last]
    const kept = await this.#insist(() => store.finish(run.id, owner, parts, end))
    if (!kept) return
    const lastCursor = parts.at(-1)?.cursor ?? tail.record.lastCursor
    tail.record = { ...tail.record, state: end.state, lastCursor, end }
    tail.push(parts, true)
  }

  /** Tries until the store has it; the answer is whether it has. */
  async #insist(write: () => Promise<void>): Promise<boolean> {
    const { storeOutageMs, readerPatienceMs, tail } = this.#options
    const begun = performance.now()
    for (let pauseMs = firstPauseMs; !this.#gaveUp; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await write()
        return true
      } catch (error) {
        const outageMs = performance.now() - begun
        if (!isUnavailable(error) || outageMs > storeOutageMs()) return this.#giveUp(error)
        if (outageMs > readerPatienceMs) tellReaders(tail, error)
        await sleep(pauseMs)
      }
    }
    return false
  }

  #giveUp(error: unknown): false {
    const { abort, tail } = this.#options
    this.#gaveUp = true
    const failure = error instanceof StreamError ? error : internal(error)
    abort(isLost(error) ? lostWhileProducing(failure) : failure)
    // Readers of a lost run go on at the store, where its end stands.
    if (!isLost(error)) tellReaders(tail, failure)
    return false
  }
}

function tellReaders(tail: RunTail, error: unknown): void {
  tail.outage = error instanceof Error ? error : internal(error)
  tail.changed()
}

function tooLong(maxLogChars: number): StreamError {
  return new StreamError(`The run is longer than its log may be: maxLogChars is ${maxLogChars}`, {
    code: 'LIMIT_EXCEEDED',
  })
}

// The run goes on at nobody's order: whoever owns it now has said how it ended.
function lostWhileProducing(cause: StreamError): StreamError {
  return new StreamError(cause.message, { code: 'ABORTED', cause })
}

function internal(cause: unknown): StreamError {
  return new StreamError(`Cannot write the run: ${String(cause)}`, { code: 'INTERNAL', cause })
}
