/** Runs that are kept: starts them, finds them, reads them, stops them, and watches over those that are produced here. */
import type { Model, Part, RunMetrics } from '../contract.ts'
import { createDebugLog } from '../debug-log.ts'
import { generate } from '../generate.ts'
import { StreamError } from '../stream-error.ts'
import { newStreamId } from '../stream-id.ts'
import { type Admission, createAdmission } from './admission.ts'
import { linkedAbort } from './linked-abort.ts'
import { endLostRun } from './lost-run.ts'
import { createMemoryRunStore } from './memory-store.ts'
import { newNodeName, RunEntry } from './run-entry.ts'
import { type ReaderSource, RunReader } from './run-reader.ts'
import type { NewRun, RunRecord, RunStore } from './run-store.ts'
import { writeRun } from './run-writer.ts'
import type { KeptRun, ReadOptions, Runs, RunsOptions, StartOptions } from './runs.ts'
import { runNotFound } from './store-errors.ts'
import { StoredRun, type StoredRunHost } from './stored-run.ts'
import { createWatch, type Watch } from './watch.ts'

const log = createDebugLog('streamseal:run')

/** What a run that is kept holds in memory beside its store, in characters, unless the caller says otherwise. */
const liveLogChars = 3 * 1024

/**
 * Makes the runs of this process over a store.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createRuns } from '@streamseal/stream/runs'
 * import { demo } from '@streamseal/stream/demo'
 * const runs = createRuns()
 * const { id } = await runs.start(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' })
 * const seen = []
 * for await (const part of runs.read(id)) seen.push(part.cursor)
 * const again = []
 * for await (const part of runs.read(id, { after: 2 })) again.push(part.cursor)
 * assert.deepEqual(again, seen.slice(2))
 * assert.equal((await runs.get(id))?.state, 'complete')
 * await runs.close()
 * ```
 */
export function createRuns(options: RunsOptions = {}): Runs {
  return new RunsHere(options)
}

const defaults = {
  leave: 'continue',
  leaseMs: 15_000,
  maxLogChars: 8 * 1024 * 1024,
  storeOutageMs: 60_000,
  readerPatienceMs: 5000,
  maxRunning: 1000,
  maxRunningPerKey: Number.POSITIVE_INFINITY,
  maxWaiting: 100,
  maxWaitMs: 30_000,
  idleReaderMs: 300_000,
} as const

class RunsHere implements Runs, StoredRunHost {
  readonly #options: Required<Omit<RunsOptions, 'store'>>
  readonly #store: RunStore
  readonly #node: string = newNodeName()
  readonly #entries = new Map<string, RunEntry>()
  readonly #writings = new Set<Promise<void>>()
  readonly #aborts = new Map<string, (error: StreamError) => void>()
  readonly #admission: Admission
  readonly #watch: Watch
  readonly #stopListening: () => void
  #closing: Promise<void> | undefined

  constructor({ store = createMemoryRunStore(), ...options }: RunsOptions) {
    this.#options = { ...defaults, ...options }
    this.#store = store
    this.#admission = createAdmission(this.#options)
    this.#stopListening = store.onCancelRequest(id => this.#entries.get(id)?.live?.cancel())
    this.#watch = createWatch({
      ...this.#options,
      store,
      node: this.#node,
      entries: this.#entries,
      endLost: id => this.#endLost(id),
    })
  }

  get counts(): { running: number; waiting: number; readers: number } {
    let readers = 0
    for (const entry of this.#entries.values()) readers += entry.readers.size
    return { running: this.#admission.running, waiting: this.#admission.waiting, readers }
  }

  async start(model: Model, options: StartOptions): Promise<KeptRun> {
    this.#refuseWhenClosed()
    const leaveTurn = await this.#admission.enter(options.key, options.signal)
    try {
      this.#refuseWhenClosed()
      const run = this.#newRun(model, options)
      await this.#store.create(run, this.#options.leaseMs)
      return await this.#produce(model, { ...options, id: run.id }, run, leaveTurn)
    } catch (error) {
      leaveTurn()
      throw error
    }
  }

  async open(id: string): Promise<KeptRun | undefined> {
    const record = await this.get(id)
    return record === undefined ? undefined : new StoredRun(record, this)
  }

  read(id: string, options: ReadOptions = {}): AsyncIterableIterator<Part> {
    return new RunReader(reader => this.#join(id, reader), options)
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const record = await this.#store.get(id)
    if (record?.state !== 'running' || record.leaseUntil > Date.now()) return record
    if (record.leaseUntil > 0 && !this.#watch.mayJudge()) return record
    // Its producer is silent; unless it lives after all, its end is told now.
    return (await this.#endLost(id)) ? this.#store.get(id) : record
  }

  heard(id: string): RunRecord | undefined {
    return this.#entries.get(id)?.tail.record
  }

  liveMetrics(id: string): RunMetrics | undefined {
    return this.#entries.get(id)?.live?.metrics
  }

  async cancel(id: string): Promise<boolean> {
    const entry = this.#entries.get(id)
    return entry === undefined ? this.#store.requestCancel(id) : entry.stop()
  }

  async delete(id: string): Promise<boolean> {
    this.#entries.get(id)?.live?.cancel()
    return this.#store.delete(id)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const error = new StreamError('The process that produces the run is being stopped', {
      code: 'STREAM_INCOMPLETE',
    })
    this.#watch.stop()
    this.#stopListening()
    for (const abort of this.#aborts.values()) abort(error)
    await Promise.all(this.#writings)
    for (const entry of this.#entries.values()) entry.close(closed())
    this.#entries.clear()
    await this.#store.close()
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== undefined) throw closed()
  }

  #newRun(model: Model, { id = newStreamId(), leave, key, metadata = {} }: StartOptions): NewRun {
    return {
      id,
      provider: model.provider,
      modelId: model.modelId,
      createdAt: Date.now(),
      metadata,
      ...(key === undefined ? {} : { key }),
      leave: leave ?? this.#options.leave,
      owner: this.#node,
    }
  }

  async #produce(
    model: Model,
    options: StartOptions,
    newRun: NewRun,
    leaveTurn: () => void,
  ): Promise<KeptRun> {
    const { leave: _leave, key: _key, onBegin, signal, ...asked } = options
    const { leaseMs } = this.#options
    const record: RunRecord = {
      ...newRun,
      state: 'running',
      lastCursor: 0,
      leaseUntil: newRun.createdAt + leaseMs,
      cancelRequested: false,
    }
    const abort = linkedAbort(signal)
    const entry = this.#newEntry(record)
    try {
      entry.live = generate(model, { maxLogChars: liveLogChars, ...asked, signal: abort.signal })
    } catch (error) {
      abort.unlink()
      this.#entries.delete(record.id)
      // What the caller did wrong matters more than what is left: an empty run, which is told as lost in its time.
      await this.#store.delete(record.id).catch(() => false)
      throw error
    }
    onBegin?.(entry.live)
    this.#aborts.set(record.id, error => abort.abort(error))
    this.#watch.start()
    const writing = writeRun({
      ...this.#options,
      storeOutageMs: () => (this.#closing === undefined ? this.#options.storeOutageMs : 0),
      run: entry.live,
      store: this.#store,
      tail: entry.tail,
      owner: this.#node,
      abort: error => abort.abort(error),
    }).finally(() => {
      abort.unlink()
      leaveTurn()
      this.#aborts.delete(record.id)
      this.#writings.delete(writing)
      entry.ended()
    })
    this.#writings.add(writing)
    return new StoredRun(record, this)
  }

  #newEntry(record: RunRecord): RunEntry {
    const entry = new RunEntry(record, {
      store: this.#store,
      node: this.#node,
      attendMs: this.#options.leaseMs,
      onIdle: idle => {
        if (this.#entries.get(idle.id) === idle) this.#entries.delete(idle.id)
      },
    })
    this.#entries.set(record.id, entry)
    return entry
  }

  async #join(id: string, reader: RunReader): Promise<ReaderSource> {
    this.#refuseWhenClosed()
    this.#watch.start()
    const known = this.#entries.get(id)
    if (known !== undefined) return known.join(reader)
    const record = await this.get(id)
    if (record === undefined) throw runNotFound(id)
    this.#refuseWhenClosed()
    return (this.#entries.get(id) ?? this.#newEntry(record)).join(reader)
  }

  async #endLost(id: string): Promise<boolean> {
    const isEnded = await endLostRun(this.#store, id)
    if (isEnded) log('lost', { id })
    return isEnded
  }
}

function closed(): StreamError {
  return new StreamError('This process takes no more runs: it is being stopped', { code: 'OVERLOADED' })
}
