/** A kept run as a `Run`: read from the log at any node, delivered by every delivery. */
import type { Part, RunMetrics, RunResult } from '../contract.ts'
import { defined } from '../defined.ts'
import { createCollector } from '../run/collector.ts'
import type { RunState } from '../run/run.ts'
import { cumulativeText, textDeltas } from '../run/text-reader.ts'
import { StreamError } from '../stream-error.ts'
import type { RunRecord } from './run-store.ts'
import type { KeptRun, ReadOptions } from './runs.ts'

/** What a stored run asks of `createRuns`. */
export interface StoredRunHost {
  /** The record as last heard in this process, where the run is known here. */
  heard(id: string): RunRecord | undefined
  /** Live figures, where the run is produced here. */
  liveMetrics(id: string): RunMetrics | undefined
  get(id: string): Promise<RunRecord | undefined>
  read(id: string, options: ReadOptions): AsyncIterableIterator<Part>
  cancel(id: string): Promise<boolean>
}

type ErrorPart = Extract<Part, { type: 'error' }>

/** The run. */
export class StoredRun implements KeptRun {
  readonly id: string
  readonly provider: string
  readonly modelId: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly #host: StoredRunHost
  #record: RunRecord

  constructor(record: RunRecord, host: StoredRunHost) {
    this.id = record.id
    this.provider = record.provider
    this.modelId = record.modelId
    this.metadata = record.metadata
    this.#record = record
    this.#host = host
  }

  get record(): RunRecord {
    const heard = this.#record.end === undefined ? this.#host.heard(this.id) : undefined
    if (heard !== undefined) this.#record = heard
    return this.#record
  }

  get state(): RunState {
    return this.record.state
  }

  get metrics(): RunMetrics {
    const { createdAt, end } = this.record
    const live = this.#host.liveMetrics(this.id)
    if (live !== undefined) return live
    return end?.metrics ?? { durationMs: (end?.endedAt ?? Date.now()) - createdAt, chunks: 0, characters: 0 }
  }

  get parts(): AsyncIterableIterator<Part> {
    return this.read()
  }

  partsAfter(cursor: number): AsyncIterableIterator<Part> {
    return this.read({ after: cursor })
  }

  read(options: ReadOptions = {}): AsyncIterableIterator<Part> {
    return this.#host.read(this.id, options)
  }

  get text(): AsyncIterableIterator<string> {
    const failure: Failure = {}
    return textDeltas(noting(this.read(), failure), () => errorOf(failure.part))
  }

  get responses(): AsyncIterableIterator<string> {
    const failure: Failure = {}
    return cumulativeText(noting(this.read(), failure), () => errorOf(failure.part))
  }

  async result(): Promise<RunResult> {
    const collector = createCollector(Number.POSITIVE_INFINITY)
    let last: Part | undefined
    for await (const part of this.read()) {
      collector.take(part)
      last = part
    }
    if (this.record.end === undefined) this.#record = (await this.#host.get(this.id)) ?? this.#record
    const { modelId, end } = this.#record
    const result: RunResult = {
      id: this.id,
      provider: this.provider,
      model: end?.model ?? modelId,
      ...collector.collected(),
      finishReason: end?.finishReason ?? 'error',
      ...defined({ rawFinishReason: end?.rawFinishReason, usage: end?.usage }),
      metrics: this.metrics,
    }
    if (last?.type === 'error') throw errorOf(last, result)
    return result
  }

  cancel({ readerLeft = false }: { readerLeft?: boolean } = {}): void {
    if (!readerLeft) void this.#host.cancel(this.id).catch(() => undefined)
  }
}

interface Failure {
  part?: ErrorPart
}

async function* noting(parts: AsyncIterable<Part>, failure: Failure): AsyncGenerator<Part, undefined> {
  for await (const part of parts) {
    if (part.type === 'error') failure.part = part
    yield part
  }
}

function errorOf(part: ErrorPart): StreamError
function errorOf(part: ErrorPart, partial: RunResult): StreamError
function errorOf(part: ErrorPart | undefined): StreamError | undefined
function errorOf(part: ErrorPart | undefined, partial?: RunResult): StreamError | undefined {
  if (part === undefined) return undefined
  const { code, message, retryable, provider, requestId } = part
  return new StreamError(message, { code, retryable, ...defined({ provider, requestId, partial }) })
}
