/** The formats of a streaming handler. */

/** How a handler mainly streams; both of its methods work whatever it says. */
export type StreamFormat = 'sse' | 'websocket'

/**
 * The formats by name.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { StreamFormat } from '@streamseal/stream/handler'
 * assert.deepEqual(Object.values(StreamFormat), ['sse', 'websocket'])
 * ```
 */
export const StreamFormat: { readonly SSE: 'sse'; readonly WEBSOCKET: 'websocket' } = {
  SSE: 'sse',
  WEBSOCKET: 'websocket',
}
