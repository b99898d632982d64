export {
  type EventSourceOptions,
  eventSourceResponse,
  writeEventSource,
} from './deliveries/sse-event-source.ts'
export {
  createSseFrames,
  type SseFrameOptions,
  type SseFrames,
  type SseOptions,
  sseFrames,
} from './deliveries/sse-frames.ts'
export type { SseResponseOptions } from './deliveries/sse-response.ts'
export { sseResponse, writeSse } from './deliveries/sse-response.ts'
export { createSseParser, type SseEvent, type SseParser, type SseParserOptions } from './sse-parser.ts'
