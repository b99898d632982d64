/** The browser-safe half of this package: asks a gateway and reads the answer while it streams. Needs `fetch` and nothing of Node. */
export { StreamError, type StreamErrorCode } from '../stream-error.ts'
export { type QueryFrame, type QueryOptions, type QueryStream, queryStream } from './query-stream.ts'
