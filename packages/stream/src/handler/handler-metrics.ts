/** What a handler's streams measured, all together. */
import type { RunMetrics, Usage } from '../contract.ts'
import { defined } from '../defined.ts'
import type { Run } from '../run/run.ts'

/** Figures of all streams of one handler, those under way included. What nobody has said stays absent. */
export interface HandlerMetrics {
  activeStreams: number
  /** Streams that wait for a turn. */
  waitingStreams: number
  completedStreams: number
  /** Failed, incomplete, or refused a turn. */
  failedStreams: number
  cancelledStreams: number
  /** Deltas. */
  chunks: number
  /** Characters (UTF-16 units) of text, marks not counted. */
  characters: number
  inputTokens?: number
  outputTokens?: number
  /** US dollars, of the streams whose price is known. */
  costUsd?: number
  /** Of the stream that began last. */
  last?: RunMetrics
}

type Sums = Pick<HandlerMetrics, 'chunks' | 'characters' | 'inputTokens' | 'outputTokens' | 'costUsd'>

/** Keeps count. */
export class HandlerMeter {
  readonly #active = new Set<Run>()
  readonly #ended = { completedStreams: 0, failedStreams: 0, cancelledStreams: 0 }
  #sums: Sums = { chunks: 0, characters: 0 }
  #last: Run | undefined

  /** The streams under way. */
  get active(): readonly Run[] {
    return [...this.#active]
  }

  begin(run: Run): void {
    this.#active.add(run)
    this.#last = run
  }

  end(run: Run): void {
    if (!this.#active.delete(run)) return
    this.#sums = added(this.#sums, run.metrics)
    if (run.state === 'complete') this.#ended.completedStreams++
    else if (run.state === 'cancelled') this.#ended.cancelledStreams++
    else this.#ended.failedStreams++
  }

  refused(): void {
    this.#ended.failedStreams++
  }

  metrics(waitingStreams: number): HandlerMetrics {
    const sums = this.active.reduce((sum, run) => added(sum, run.metrics), this.#sums)
    const last = this.#last?.metrics
    return { activeStreams: this.#active.size, waitingStreams, ...this.#ended, ...sums, ...defined({ last }) }
  }
}

function added(sums: Sums, { chunks, characters, usage, costUsd }: RunMetrics): Sums {
  const { inputTokens, outputTokens }: Usage = usage ?? {}
  return {
    chunks: sums.chunks + chunks,
    characters: sums.characters + characters,
    ...defined({
      inputTokens: plus(sums.inputTokens, inputTokens),
      outputTokens: plus(sums.outputTokens, outputTokens),
      costUsd: plus(sums.costUsd, costUsd),
    }),
  }
}

function plus(sum: number | undefined, more: number | undefined): number | undefined {
  return more === undefined ? sum : (sum ?? 0) + more
}
