/** An answer for a page: what has come so far, and a call when it is time to draw. */
import { defined } from '../defined.ts'
import { createFirstChoice } from '../first-choice.ts'
import { onAborted } from '../on-aborted.ts'
import { type AnswerSnapshot, changesOf, emptyAnswer } from './answer-state.ts'
import { failed } from './connection.ts'
import { nextFrame } from './next-frame.ts'
import { isOver, streamParts } from './part-stream.ts'
import type { PartStreamOptions } from './part-stream-options.ts'

export type { AnswerSnapshot } from './answer-state.ts'

/** How an answer is watched. */
export interface WatchOptions extends PartStreamOptions {
  /** Calls back when it is time to draw, once; default: the next animation frame where there are any, else 16 ms. */
  schedule?: (draw: () => void) => void
}

/** An answer under way. */
export interface Answer {
  /** What has come; the same object until something changes. */
  readonly snapshot: AnswerSnapshot
  /** Calls `listener` after changes, at most once a frame, and at once when the answer ends. Returns what takes it off again. */
  subscribe(listener: () => void): () => void
  /** Stops the run at the server; what had come stays. */
  cancel(): void
  /** Closes the connection; the run's own policy says what becomes of it. */
  leave(): void
  /** Resolves with the last snapshot when the answer has ended, in whatever way. */
  readonly ended: Promise<AnswerSnapshot>
}

/**
 * Asks at once, and reads to the end whether or not somebody listens. Nothing is thrown: a failure is the state `failed`, with its `error`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { watchAnswer } from '@streamseal/stream/client'
 * import { demo } from '@streamseal/stream/demo'
 * import { createPartEvents } from '@streamseal/stream/ndjson'
 * import { sseResponse } from '@streamseal/stream/sse'
 *
 * const server = async () => {
 *   const run = generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'Hi' })
 *   return sseResponse(run, { frames: createPartEvents(run.id) })
 * }
 * const answer = watchAnswer('http://localhost/ask', { body: { prompt: 'Hi' }, fetch: server })
 * answer.subscribe(() => console.log(answer.snapshot.state, answer.snapshot.text))
 * assert.equal((await answer.ended).text, 'Hello')
 * ```
 */
export function watchAnswer(url: string | URL, options: WatchOptions = {}): Answer {
  return new WatchedAnswer(url, options)
}

class WatchedAnswer implements Answer {
  readonly ended: Promise<AnswerSnapshot>
  readonly #isFirst = createFirstChoice()
  readonly #stream
  readonly #leaving = new AbortController()
  readonly #listeners = new Set<() => void>()
  readonly #schedule: (draw: () => void) => void
  #isScheduled = false
  snapshot: AnswerSnapshot = emptyAnswer

  constructor(url: string | URL, { schedule = nextFrame, signal, ...options }: WatchOptions) {
    this.#schedule = schedule
    const unlink = onAborted(signal, () => this.leave())
    this.#stream = streamParts(url, {
      ...options,
      signal: this.#leaving.signal,
      onState: state => {
        // The last state is shown together with what came last.
        if (!isOver(state)) this.#change({ state })
        options.onState?.(state)
      },
    })
    this.ended = this.#read().finally(unlink)
  }

  subscribe(listener: () => void): () => void {
    // A listener that is given twice is called twice, until each is taken off.
    const own = (): void => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  cancel(): void {
    this.#stream.cancel()
  }

  leave(): void {
    this.#leaving.abort()
  }

  async #read(): Promise<AnswerSnapshot> {
    try {
      for await (const part of this.#stream) {
        const changes = this.#isFirst(part) ? changesOf(part, this.snapshot) : {}
        this.#change(defined({ ...changes, runId: this.#stream.runId }))
      }
    } catch (error) {
      // The stream has it, unless a listener of the states threw.
      if (this.#stream.error === undefined)
        this.#change({ error: failed('Cannot read the answer', 'INTERNAL', error) })
    }
    const { state, error } = this.#stream
    this.#change(defined({ state, error: state === 'failed' ? error : undefined }))
    this.#draw()
    return this.snapshot
  }

  #change(changes: Partial<AnswerSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changes }
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#schedule(() => {
      if (this.#isScheduled) this.#draw()
    })
  }

  #draw(): void {
    this.#isScheduled = false
    for (const listener of [...this.#listeners]) listener()
  }
}
