export type * from './contract.ts'
export type { Deliverable } from './deliveries/deliverable.ts'
export type {
  ConnectionOptions,
  DeliveryOptions,
  HeartbeatOptions,
  PaceOptions,
  WhenSlow,
} from './deliveries/delivery-options.ts'
export type { Frames } from './deliveries/frames.ts'
export {
  type GenerateOptions,
  generate,
  type SealOptions,
  type TextFollower,
  type Timeouts,
} from './generate.ts'
export { createPartialJson, type PartialJson, type PartialJsonOptions } from './partial-json.ts'
export type { ModelPrice, Prices } from './price.ts'
export type { HiddenTextPolicy } from './prompt-hygiene.ts'
export { type FallbackOptions, fallback } from './resilience/fallback.ts'
export { type LimitOptions, withLimits } from './resilience/limits.ts'
export { type RetryOptions, withRetries } from './resilience/retries.ts'
export { type RunCallbacks, stdoutHandler } from './run/callbacks.ts'
export type { Run, RunState } from './run/run.ts'
export { StreamError, type StreamErrorOptions } from './stream-error.ts'
