/** Writes a line when a call begins and when it ends. */
import { StreamError } from '../../stream-error.ts'
import { DeclareError } from '../declare-error.ts'
import type { Middleware } from '../middleware.ts'

/** What is logged, and where. */
export interface LoggingOptions {
  /** Takes each line with its facts; default: standard error. */
  log?: (event: string, facts: Readonly<Record<string, unknown>>) => void
  /** Whether messages and answers are logged too; default false. They are what people said. */
  content?: boolean
}

/**
 * A middleware that logs every call: its name, how long it took, how it ended, its tokens; no word of a prompt or an
 * answer unless `content` says so.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { declare, logging } from '@streamseal/stream/declare'
 * import { scriptedModel } from '@streamseal/stream/testing'
 * const events: string[] = []
 * const gpt = declare.with(scriptedModel('Hi'), { middleware: [logging({ log: event => events.push(event) })] })
 * await gpt.task({ description: 'Say hi' })()
 * assert.deepEqual(events, ['call started', 'call ended'])
 * ```
 */
export function logging({ log = writeLine, content = false }: LoggingOptions = {}): Middleware {
  return async ({ name, streaming, messages }, next) => {
    const begun = performance.now()
    const durationMs = (): number => Math.round(performance.now() - begun)
    log('call started', { name, streaming, ...(content ? { messages } : {}) })
    try {
      const result = await next()
      const { finishReason, usage, attempts, text, llmResponse } = result
      const facts = {
        name,
        model: llmResponse.model,
        durationMs: durationMs(),
        finishReason,
        usage,
        attempts,
      }
      log('call ended', content ? { ...facts, text } : facts)
      return result
    } catch (error) {
      log('call failed', { name, durationMs: durationMs(), code: codeOf(error) })
      throw error
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof StreamError || error instanceof DeclareError ? error.code : 'UNKNOWN'
}

function writeLine(event: string, facts: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`)
}
