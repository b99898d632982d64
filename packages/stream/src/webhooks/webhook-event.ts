/** The events that receivers are sent, in the shape of Standard Webhooks: `type`, `timestamp`, `data`. */
import type { FinishReason, StreamErrorCode, Usage } from '../contract.ts'
import type { RunState } from '../run/run.ts'

/** What can be told: a run began, and how it ended. */
export const webhookEventTypes = ['run.started', 'run.completed', 'run.failed', 'run.cancelled'] as const

/** One of `webhookEventTypes`. */
export type WebhookEventType = (typeof webhookEventTypes)[number]

/** What a receiver is sent as the JSON body. */
export interface WebhookEvent {
  type: WebhookEventType
  /** When it happened, ISO 8601. */
  timestamp: string
  data: WebhookRun
}

/** How the run stood when the event was written. What is not known is absent. */
export interface WebhookRun {
  runId: string
  state: RunState
  provider: string
  model: string
  /** What the caller gave `generate`. */
  metadata: Readonly<Record<string, unknown>>
  /** The answer, marks included; also what had come of one that failed or was cancelled. */
  text?: string
  /** True where the text was left out, because the event would have passed `maxPayloadBytes`. */
  textOmitted?: true
  finishReason?: FinishReason
  usage?: Usage
  costUsd?: number
  durationMs?: number
  /** The seal's stream id, and its other half where that is kept beside the text. */
  seal?: { streamId: string; detached?: string }
  error?: { code: StreamErrorCode; message: string; retryable: boolean }
}
