/** The browser-safe half of this package: asks a server of ours and reads the answer while it streams. Needs `fetch` or `WebSocket`, and nothing of Node. */
export { StreamError, type StreamErrorCode } from '../stream-error.ts'
export type { ClientSocket, ClientSocketConstructor } from './client-socket.ts'
export { type PartStream, streamParts } from './part-stream.ts'
export type { PartStreamOptions, StreamState } from './part-stream-options.ts'
export { type QueryFrame, type QueryOptions, type QueryStream, queryStream } from './query-stream.ts'
export { type Answer, type AnswerSnapshot, type WatchOptions, watchAnswer } from './watch-answer.ts'
