/** A run as UI message chunks over a socket: one chunk a message, `[DONE]` after the last. */
import type { Part } from '../contract.ts'
import type { Frames } from '../deliveries/frames.ts'
import { createUiMessageChunks, type UiMessageChunkOptions } from './chunks.ts'

/**
 * Makes the machine of one reader, for `webSocket`; `createSocketChatTransport` (`/client/chat-transport`) reads it.
 * Give the run's id as `messageId`: a chat that resumes reads the run from its first part, into the same message.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createUiMessageFrames } from '@streamseal/stream/ui-message'
 * const frames = createUiMessageFrames({ messageId: 'm' })
 * assert.deepEqual(frames.take({ type: 'text-start', id: 'text-0', cursor: 2 }), ['{"type":"text-start","id":"text-0"}'])
 * assert.deepEqual(frames.take({ type: 'finish', reason: 'stop', cursor: 3 })?.at(-1), '[DONE]')
 * ```
 */
export function createUiMessageFrames(options: UiMessageChunkOptions = {}): Frames {
  const chunks = createUiMessageChunks(options)
  return {
    take(part: Part): readonly string[] {
      const messages = chunks.take(part).map(chunk => JSON.stringify(chunk))
      const isLast = part.type === 'finish' || part.type === 'error'
      return isLast ? [...messages, '[DONE]'] : messages
    },
  }
}
