/** Reads a run, and where it is lost and asked again, goes on with the answer that takes its place: under the same id, with cursors that go on counting. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Part } from '@streamseal/stream'
import type { KeptRun } from '@streamseal/stream/runs'
import type { GatewayContext } from '../gateway-context.ts'
import { successorOf } from './lost-answer.ts'
import { isReadWhole } from './run-place.ts'

/** Where a reader begins, and as whom it asks. */
export interface AnswerReading {
  /** The cursor that was read last; default 0. */
  readonly after?: number | undefined
  readonly headers: IncomingHttpHeaders
}

/** The reader; `return` ends a `next` that waits. */
export class AnswerReader implements AsyncIterableIterator<Part> {
  readonly #context: GatewayContext
  readonly #headers: IncomingHttpHeaders
  readonly #from: number
  /** The run that is read now, and the cursors before it. */
  #run: KeptRun
  #before = 0
  #parts: AsyncIterator<Part> | undefined
  #isClosed = false

  constructor(context: GatewayContext, run: KeptRun, { after = 0, headers }: AnswerReading) {
    this.#context = context
    this.#run = run
    this.#from = after
    this.#headers = headers
  }

  /** The run whose parts are read now. */
  get run(): KeptRun {
    return this.#run
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Part, undefined>> {
    this.#parts ??= await this.#begin()
    const { done, value } = await this.#parts.next()
    if (done || this.#isClosed) return { done: true, value: undefined }
    const part = this.#moved(value)
    if (part.type !== 'error' || !(await this.#goOn(part.cursor))) return { done: false, value: part }
    const { code, message, cursor } = part
    return { done: false, value: { type: 'restart', code, message, cursor } }
  }

  async return(): Promise<IteratorResult<Part, undefined>> {
    this.#isClosed = true
    await this.#parts?.return?.()
    return { done: true, value: undefined }
  }

  /** Whoever begins, or has read all of a lost run, is given the answer alone. */
  async #begin(): Promise<AsyncIterator<Part>> {
    let left = this.#from
    for (;;) {
      const { state, lastCursor } = this.#run.record
      const isPassed = this.#from === 0 || left >= lastCursor
      const next =
        state === 'incomplete' && isPassed
          ? await successorOf(this.#context, this.#run, this.#headers)
          : undefined
      if (next === undefined) break
      this.#run = next
      this.#before += lastCursor
      left = Math.max(0, left - lastCursor)
    }
    return this.#open(left)
  }

  /** Whether there is an answer in the place of a run that ended under this cursor; it is read from now on. */
  async #goOn(cursor: number): Promise<boolean> {
    const ended = (await this.#context.runs.open(this.#run.id)) ?? this.#run
    const next = await successorOf(this.#context, ended, this.#headers)
    if (next === undefined || this.#isClosed) return false
    this.#run = next
    this.#before = cursor
    this.#parts = this.#open(0)
    return true
  }

  #open(after: number): AsyncIterator<Part> {
    const parts = this.#run.read({ after })
    // Who left while this was found out is nobody's reader.
    if (this.#isClosed) void parts.return?.()
    return parts
  }

  #moved(part: Part): Part {
    return this.#before === 0 ? part : { ...part, cursor: part.cursor + this.#before }
  }
}

/** Whether there is nothing more to read after the cursor, of the run or of what takes its place. */
export async function isAnswerRead(
  context: GatewayContext,
  run: KeptRun,
  { after, headers }: AnswerReading,
): Promise<boolean> {
  if (!isReadWhole(run.record, after)) return false
  const next = run.state === 'incomplete' ? await successorOf(context, run, headers) : undefined
  if (next === undefined) return true
  const left = after === undefined ? undefined : after - run.record.lastCursor
  return isAnswerRead(context, next, { after: left, headers })
}
