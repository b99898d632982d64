export type * from './contract.ts'
export { type GenerateOptions, generate, type SealOptions, type Timeouts } from './generate.ts'
export type { Run } from './run/run.ts'
export { StreamError, type StreamErrorCode, type StreamErrorOptions } from './stream-error.ts'
