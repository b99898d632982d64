/** Several calls together: side by side with a limit, one after another, or one for each item. The first failure stops the rest. */
import { StreamError } from '../stream-error.ts'

/** How many at once, and what stops them all. */
export interface ParallelOptions {
  /** Calls under way at the same time; default 8. */
  concurrency?: number
  signal?: AbortSignal
}

/** A call that has not begun; its signal fires when another has failed or the caller stops them all. */
export type Work<Value> = (signal: AbortSignal) => PromiseLike<Value> | Value

type Values<Works> = {
  -readonly [Key in keyof Works]: Works[Key] extends Work<infer Value> ? Awaited<Value> : never
}

/**
 * Makes all calls, at most `concurrency` at once, and returns their values in the same places; where they are stopped, it rejects with `ABORTED`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { declare, parallel } from '@streamseal/stream/declare'
 * import { scriptedModel } from '@streamseal/stream/testing'
 * const gpt = declare.with(scriptedModel('yes'))
 * const answer = gpt.task({ description: 'Is it true?' })
 * const both = await parallel([signal => answer({ claim: 'a' }, { signal }), signal => answer({ claim: 'b' }, { signal })])
 * assert.deepEqual(both, ['yes', 'yes'])
 * ```
 */
export async function parallel<const Works extends readonly Work<unknown>[]>(
  works: Works,
  options: ParallelOptions = {},
): Promise<Values<Works>> {
  return (await map(works, (work, _index, signal) => work(signal), options)) as Values<Works>
}

/**
 * Calls once for each item, at most `concurrency` at once; the values keep the items' order.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { map } from '@streamseal/stream/declare'
 * assert.deepEqual(await map([1, 2, 3], async number => number * 2, { concurrency: 2 }), [2, 4, 6])
 * ```
 */
export async function map<Item, Value>(
  items: readonly Item[],
  work: (item: Item, index: number, signal: AbortSignal) => PromiseLike<Value> | Value,
  { concurrency = 8, signal }: ParallelOptions = {},
): Promise<Awaited<Value>[]> {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(
      `Cannot work on ${items.length} items: concurrency must be at least 1, and is ${concurrency}`,
    )
  }
  const stop = new AbortController()
  const onAbort = (): void => stop.abort(signal?.reason)
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })
  const values: Awaited<Value>[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      if (signal !== undefined) throwIfStopped(signal)
      stop.signal.throwIfAborted()
      const index = next
      next += 1
      values[index] = await work(items[index] as Item, index, stop.signal)
    }
  }
  const lanes = Array.from({ length: Math.min(concurrency, items.length) }, () =>
    lane().catch((error: unknown) => {
      stop.abort(error)
      throw error
    }),
  )
  try {
    await Promise.all(lanes)
  } catch (error) {
    if (signal !== undefined && error === signal.reason) throwIfStopped(signal)
    throw error
  } finally {
    // Nothing is left running when the caller goes on.
    await Promise.allSettled(lanes)
    signal?.removeEventListener('abort', onAbort)
  }
  return values
}

/** One call of several; its signal fires when the caller stops them all. */
export type Step<Input, Output> = (input: Input, signal: AbortSignal) => PromiseLike<Output> | Output

/** What stops a sequence. */
export interface SequenceOptions {
  /** Steps are given it, and no step begins once it has fired. */
  signal?: AbortSignal
}

/**
 * Makes one call after another, each given the value of the one before. A sequence that is stopped rejects with `ABORTED`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { sequence } from '@streamseal/stream/declare'
 * const length = await sequence('Hello', async text => text.toUpperCase(), text => text.length)
 * assert.equal(length, 5)
 * ```
 */
export function sequence<A, B>(input: A, first: Step<A, B>, options?: SequenceOptions): Promise<Awaited<B>>
export function sequence<A, B, C>(
  input: A,
  first: Step<A, B>,
  second: Step<Awaited<B>, C>,
  options?: SequenceOptions,
): Promise<Awaited<C>>
export function sequence<A, B, C, D>(
  input: A,
  first: Step<A, B>,
  second: Step<Awaited<B>, C>,
  third: Step<Awaited<C>, D>,
  options?: SequenceOptions,
): Promise<Awaited<D>>
export function sequence<A, B, C, D, E>(
  input: A,
  first: Step<A, B>,
  second: Step<Awaited<B>, C>,
  third: Step<Awaited<C>, D>,
  fourth: Step<Awaited<D>, E>,
  options?: SequenceOptions,
): Promise<Awaited<E>>
export async function sequence(
  input: unknown,
  ...given: (Step<never, unknown> | SequenceOptions | undefined)[]
): Promise<unknown> {
  const steps = given.filter(each => typeof each === 'function')
  const last = given.at(-1)
  const signal = (typeof last === 'object' ? last.signal : undefined) ?? new AbortController().signal
  let value = input
  for (const step of steps) {
    throwIfStopped(signal)
    value = await step(value as never, signal)
  }
  return value
}

/** As a call that is stopped: with the caller's `StreamError`, or `ABORTED`. */
function throwIfStopped({ aborted, reason }: AbortSignal): void {
  if (!aborted) return
  if (reason instanceof StreamError) throw reason
  throw new StreamError('The calls were stopped', { code: 'ABORTED', cause: reason })
}
