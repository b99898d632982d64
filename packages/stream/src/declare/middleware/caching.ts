/** Answers a question that was answered before. */
import type { CallContext, Middleware } from '../middleware.ts'
import type { TaskResult } from '../task-result.ts'

/** How much is kept, and for how long. */
export interface CachingOptions {
  /** Answers that are kept; the one that was used longest ago goes first. Default 1,000. */
  maxEntries?: number
  /** Milliseconds for which an answer is good; default one hour. */
  ttlMs?: number
  /** What makes two questions the same; default: the task's name, the messages, the parameters and the answer's form. */
  keyOf?: (context: CallContext) => string
  /** The clock, in milliseconds. */
  now?: () => number
}

/**
 * A middleware that keeps whole answers in memory. A stream that is answered from there has one chunk. Questions that are
 * asked at the same time are each asked; an answer that failed is not kept. Use one for each model.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { caching, declare } from '@streamseal/stream/declare'
 * import { demo } from '@streamseal/stream/demo'
 * const say = declare.with(demo({ tokensPerSecond: Infinity })).task({ description: 'Hello', middleware: [caching()] })
 * const [first, second] = [await say().result(), await say().result()]
 * assert.equal(first, second)
 * ```
 */
export function caching({
  maxEntries = 1000,
  ttlMs = 3_600_000,
  keyOf = defaultKey,
  now = Date.now,
}: CachingOptions = {}): Middleware {
  const kept = new Map<string, { result: TaskResult<unknown>; until: number }>()
  return async (context, next) => {
    const key = keyOf(context)
    const known = kept.get(key)
    kept.delete(key)
    if (known !== undefined && known.until > now()) {
      // A map keeps the order of insertion: what was used moves to the end.
      kept.set(key, known)
      return known.result
    }
    const result = await next()
    kept.set(key, { result, until: now() + ttlMs })
    const [oldest] = kept.keys()
    if (kept.size > maxEntries && oldest !== undefined) kept.delete(oldest)
    return result
  }
}

function defaultKey({ name, messages, llmParams, responseFormat }: CallContext): string {
  return JSON.stringify([name, messages, llmParams, responseFormat])
}
