/** A run's parts as LangChain's socket messages, `{sender, message, type}`, key for key: `start`, `info`, `stream`, `end`, `error`. */
import type { FinishReason, Part } from '../contract.ts'
import type { Frames } from '../deliveries/frames.ts'
import { type StreamsealField, toStreamsealField } from '../deliveries/streamseal-field.ts'
import { createFirstChoice } from '../first-choice.ts'

/** How the messages are worded. */
export interface ChatFrameOptions {
  /** Default `bot`. */
  sender?: string
  /** What is said before the first word; default `Synthesizing question...`. An empty text sends no `info`. */
  info?: string
}

/**
 * Makes the machine for one reader. `start` and `info` leave before the model has said anything; a restart is a new
 * `start`, and a cancelled answer is an error. Where the run is sealed, `end` has a fourth key, `metadata`, with the stream id and what is kept beside the text.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createChatFrames } from '@streamseal/stream/web-socket'
 * const frames = createChatFrames()
 * assert.equal(frames.take({ type: 'text-delta', id: 'text-0', delta: 'Hello', cursor: 1 }), '{"sender":"bot","message":"Hello","type":"stream"}')
 * ```
 */
export function createChatFrames(options: ChatFrameOptions = {}): Frames {
  const { sender = 'bot', info = 'Synthesizing question...' } = options
  const isFirst = createFirstChoice()
  let sealed: { metadata?: StreamsealField } = {}
  const frame = (type: string, message: string): string => JSON.stringify({ sender, message, type })

  function take(part: Part): string | undefined {
    if (!isFirst(part)) return undefined
    switch (part.type) {
      case 'text-delta':
        return frame('stream', part.delta)
      case 'restart':
        return frame('start', '')
      case 'seal':
        sealed = { metadata: toStreamsealField(part) }
        return undefined
      case 'finish':
        return JSON.stringify({ sender, ...endOf(part.reason), ...sealed })
      case 'error':
        return chatError(part.message, options)
      default:
        return undefined
    }
  }

  return { opening: [frame('start', ''), ...(info === '' ? [] : [frame('info', info)])], take }
}

/** The messages have no word for an answer that was stopped, and `end` would say that it is whole. */
function endOf(reason: FinishReason): { message: string; type: 'end' | 'error' } {
  if (reason === 'aborted') return { message: 'The answer was cancelled', type: 'error' }
  return { message: '', type: 'end' }
}

/** The message that says what went wrong. */
export function chatError(message: string, { sender = 'bot' }: ChatFrameOptions = {}): string {
  return JSON.stringify({ sender, message, type: 'error' })
}
