export type * from './contract.ts'
export { StreamError, type StreamErrorCode, type StreamErrorOptions } from './stream-error.ts'
