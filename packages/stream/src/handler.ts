export type { HandlerMetrics } from './handler/handler-metrics.ts'
export { StreamFormat } from './handler/stream-format.ts'
export {
  type StreamCallOptions,
  StreamingHandler,
  type StreamingHandlerOptions,
} from './handler/streaming-handler.ts'
