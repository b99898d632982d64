/** What the final frame says besides the text: the closing and the gateway's measurements. */
import type { Answer, MeasuredMetrics } from './answer.ts'

/** The closing that stands beside the text, and the stream's id, where the frame names them. */
export function closingOf(metadata: Record<string, unknown>): Pick<Answer, 'detached' | 'streamId'> {
  const { detached, stream_id: streamId } = metadata
  return {
    ...(typeof detached === 'string' ? { detached } : {}),
    ...(typeof streamId === 'string' ? { streamId } : {}),
  }
}

/** The measurements that this page shows; unknown stays absent. */
export function metricsOf(metadata: Record<string, unknown>): MeasuredMetrics {
  const { tokensPerSecond, usage } = object(metadata.metrics)
  const { outputTokens, estimated } = object(usage)
  return {
    ...(typeof tokensPerSecond === 'number' ? { tokensPerSecond } : {}),
    ...(typeof outputTokens === 'number' ? { outputTokens } : {}),
    ...(estimated === true ? { estimated } : {}),
  }
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
