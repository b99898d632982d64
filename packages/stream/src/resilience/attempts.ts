/** A stream that may be begun again until its first token: the loop under retries and fallbacks. */
import type { ModelPart } from '../contract.ts'
import { StreamError } from '../stream-error.ts'
import { speaks } from './first-token.ts'

/** What to do about a failure: parts of another attempt, or `undefined` to give up. `spoke`: the reader has seen words. */
export type Again = (error: unknown, spoke: boolean) => Promise<AsyncIterable<ModelPart> | undefined>

/** Streams the first attempt; holds back what says nothing yet, so that a second attempt leaves no trace of the first. */
export function attempts(first: AsyncIterable<ModelPart>, again: Again): AsyncIterable<ModelPart> {
  return { [Symbol.asyncIterator]: () => new Attempts(first, again) }
}

type Result = IteratorResult<ModelPart, undefined>

class Attempts implements AsyncIterator<ModelPart> {
  readonly #again: Again
  #inner: AsyncIterator<ModelPart>
  #spoke = false
  #held: ModelPart[] = []
  #release: ModelPart[] = []

  constructor(first: AsyncIterable<ModelPart>, again: Again) {
    this.#inner = first[Symbol.asyncIterator]()
    this.#again = again
  }

  async next(): Promise<Result> {
    for (;;) {
      const released = this.#release.shift()
      if (released !== undefined) return { done: false, value: released }
      try {
        const result = await this.#inner.next()
        if (result.done || this.#take(result.value)) return this.#released(result)
      } catch (error) {
        await this.#beginAgain(error)
      }
    }
  }

  async return(): Promise<Result> {
    await this.#inner.return?.()
    return { done: true, value: undefined }
  }

  /** Whether the part may go out now. */
  #take(part: ModelPart): boolean {
    if (part.type === 'error') throw new StreamError(part.message, part)
    if (this.#spoke) return true
    if (!speaks(part)) {
      this.#held.push(part)
      return false
    }
    this.#spoke = true
    return true
  }

  #released(result: IteratorResult<ModelPart, unknown>): Result {
    const last: Result = result.done ? { done: true, value: undefined } : { done: false, value: result.value }
    if (this.#held.length === 0) return last
    this.#release = this.#held
    this.#held = []
    if (!last.done) this.#release.push(last.value)
    const value = this.#release.shift()
    return value === undefined ? last : { done: false, value }
  }

  async #beginAgain(error: unknown): Promise<void> {
    this.#held = []
    const next = await this.#again(error, this.#spoke)
    if (next === undefined) throw error
    this.#inner.return?.().then(undefined, () => undefined)
    this.#spoke = false
    this.#inner = next[Symbol.asyncIterator]()
  }
}
