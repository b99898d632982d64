/** A run's parts as the messages of guide and gateway: `chunk`, `complete`, `error`, key for key. */
import { type AnswerEvent, type AnswerEventOptions, createAnswerEvents } from '../deliveries/answer-events.ts'
import type { Frames } from '../deliveries/frames.ts'

/** What goes into the `complete` message. */
export interface QueryFrameOptions extends AnswerEventOptions {
  /** Goes into its `metadata`, before our own keys. */
  metadata?: Readonly<Record<string, unknown>>
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
  const events = createAnswerEvents(options)
  return {
    take(part) {
      const event = events(part)
      return event && messageOf(event, options.metadata)
    },
  }
}

function messageOf(event: AnswerEvent, given: QueryFrameOptions['metadata']): string {
  switch (event.type) {
    case 'text':
      return JSON.stringify({ type: 'chunk', content: event.text })
    case 'restart':
      return JSON.stringify({ type: 'restart', content: '', metadata: event.metadata })
    case 'complete': {
      const metadata = { ...given, ...event.metadata }
      return JSON.stringify({ type: 'complete', content: event.text, metadata })
    }
    case 'error':
      return queryError(event.message)
  }
}

/** The message that says what went wrong. */
export function queryError(content: string): string {
  return JSON.stringify({ type: 'error', content })
}
