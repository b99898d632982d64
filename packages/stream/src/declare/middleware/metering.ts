/** Counts calls by name: how many, how they ended, how long they took, what they used. */
import type { Middleware } from '../middleware.ts'
import type { TaskResult } from '../task-result.ts'

/** What is known of one name. Tokens and cost are of the calls whose provider said them. */
export interface CallFigures {
  calls: number
  failures: number
  /** Milliseconds, of all calls together. */
  durationMs: number
  inputTokens: number
  outputTokens: number
  costUsd: number
}

/** A middleware that counts, and what it has counted. */
export interface Metering {
  middleware: Middleware
  /** Figures by task or chat. */
  readonly figures: ReadonlyMap<string, Readonly<CallFigures>>
}

/**
 * Makes one.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { declare, metering } from '@streamseal/stream/declare'
 * import { scriptedModel } from '@streamseal/stream/testing'
 * const meter = metering()
 * const say = declare.with(scriptedModel('Hi'), { middleware: [meter.middleware] }).task({ name: 'say', description: 'x' })
 * await say()
 * assert.equal(meter.figures.get('say')?.calls, 1)
 * ```
 */
export function metering(): Metering {
  const figures = new Map<string, CallFigures>()
  return {
    figures,
    middleware: async ({ name }, next) => {
      const own = figures.get(name) ?? newFigures()
      figures.set(name, own)
      const begun = performance.now()
      try {
        const result = await next()
        add(own, result)
        return result
      } catch (error) {
        own.failures += 1
        throw error
      } finally {
        own.calls += 1
        own.durationMs += performance.now() - begun
      }
    },
  }
}

function newFigures(): CallFigures {
  return { calls: 0, failures: 0, durationMs: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }
}

function add(figures: CallFigures, { usage, metrics }: TaskResult<unknown>): void {
  figures.inputTokens += usage?.inputTokens ?? 0
  figures.outputTokens += usage?.outputTokens ?? 0
  figures.costUsd += metrics.costUsd ?? 0
}
