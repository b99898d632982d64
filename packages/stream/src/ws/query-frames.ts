/** A run's parts as the messages of guide and gateway: `chunk`, `complete`, `error`, key for key. */
import type { Part, RunMetrics } from '../contract.ts'
import { defined } from '../defined.ts'
import type { Frames } from '../deliveries/frames.ts'

/** What goes into the `metadata` of the `complete` message. */
export interface QueryFrameOptions {
  metadata?: Readonly<Record<string, unknown>>
  metrics?: () => RunMetrics | undefined
  /** The text before the first part that is read, where reading does not begin at the run's beginning. */
  textBefore?: string
}

/**
 * Makes the machine for one reader.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createQueryFrames } from '@streamseal/stream/web-socket'
 * const frames = createQueryFrames()
 * assert.equal(frames.take({ type: 'text-delta', id: 'text-0', delta: 'Hello', cursor: 1 }), '{"type":"chunk","content":"Hello"}')
 * assert.equal(frames.take({ type: 'finish', reason: 'stop', cursor: 2 }), '{"type":"complete","content":"Hello","metadata":{"finish_reason":"stop"}}')
 * ```
 */
export function createQueryFrames(options: QueryFrameOptions = {}): Frames {
  const others = new Set<string>()
  let sealed: { stream_id?: string; detached?: string } = {}
  let response = options.textBefore ?? ''

  function take(part: Part): string | undefined {
    switch (part.type) {
      case 'text-start':
        if (part.choice !== undefined) others.add(part.id)
        return undefined
      case 'text-delta':
        if (others.has(part.id)) return undefined
        response += part.delta
        return JSON.stringify({ type: 'chunk', content: part.delta })
      case 'restart':
        response = ''
        return JSON.stringify({ type: 'restart', content: '', metadata: { code: part.code } })
      case 'seal':
        if (part.choice === undefined)
          sealed = { stream_id: part.streamId, ...defined({ detached: part.detached }) }
        return undefined
      case 'finish': {
        const metrics = defined({ metrics: options.metrics?.() })
        const metadata = { ...options.metadata, finish_reason: part.reason, ...sealed, ...metrics }
        return JSON.stringify({ type: 'complete', content: response, metadata })
      }
      case 'error':
        return queryError(part.message)
      default:
        return undefined
    }
  }

  return { take }
}

/** The message that says what went wrong. */
export function queryError(content: string): string {
  return JSON.stringify({ type: 'error', content })
}
