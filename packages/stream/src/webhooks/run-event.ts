/** A run as the event that receivers are sent. */
import type { RunResult } from '../contract.ts'
import { defined } from '../defined.ts'
import type { Run } from '../run/run.ts'
import { StreamError } from '../stream-error.ts'
import { WebhookError } from './webhook-error.ts'
import type { WebhookEvent, WebhookEventType, WebhookRun } from './webhook-event.ts'

/** Whether events carry the answer's text. */
export interface TextPolicy {
  includeText: boolean
}

/** What an event says of a run. */
export type WatchedRun = Pick<Run, 'id' | 'state' | 'provider' | 'modelId' | 'metadata' | 'result'>

/** How a run ended. */
export type RunEnd = { result: RunResult } | { error: unknown }

/** The event of a run that began (`start`) or ended. */
export function eventOf(
  run: WatchedRun,
  end: 'start' | RunEnd,
  { includeText }: TextPolicy,
  at: Date,
): WebhookEvent {
  const data: WebhookRun = {
    runId: run.id,
    state: end === 'start' ? 'running' : run.state,
    provider: run.provider,
    model: run.modelId,
    metadata: run.metadata,
    ...(end === 'start' ? {} : whatCame(end, includeText)),
  }
  return { type: end === 'start' ? 'run.started' : typeOf(run, end), timestamp: at.toISOString(), data }
}

function typeOf({ state }: WatchedRun, end: RunEnd): WebhookEventType {
  if ('error' in end) return 'run.failed'
  return state === 'cancelled' ? 'run.cancelled' : 'run.completed'
}

function whatCame(end: RunEnd, includeText: boolean): Partial<WebhookRun> {
  const result: Partial<RunResult> = 'result' in end ? end.result : partialOf(end.error)
  const { provider, model, text, finishReason, usage, metrics, seal } = result
  return defined({
    provider,
    model,
    text: includeText ? text : undefined,
    finishReason,
    usage,
    costUsd: metrics?.costUsd,
    durationMs: metrics === undefined ? undefined : Math.round(metrics.durationMs),
    seal:
      seal === undefined ? undefined : { streamId: seal.streamId, ...defined({ detached: seal.detached }) },
    error: 'error' in end ? errorOf(end.error) : undefined,
  })
}

const partialOf = (error: unknown): Partial<RunResult> =>
  error instanceof StreamError ? (error.partial ?? {}) : {}

function errorOf(error: unknown): NonNullable<WebhookRun['error']> {
  if (error instanceof StreamError) {
    return { code: error.code, message: error.message, retryable: error.retryable }
  }
  return { code: 'INTERNAL', message: 'The run failed', retryable: false }
}

/** The event as JSON; its text gives way where it would pass `maxPayloadBytes`. */
export function writeEvent(event: WebhookEvent, maxPayloadBytes: number): string {
  const whole = JSON.stringify(event)
  if (Buffer.byteLength(whole) <= maxPayloadBytes) return whole
  const { text: _, ...data } = event.data
  const body = JSON.stringify({ ...event, data: { ...data, textOmitted: true } })
  if (Buffer.byteLength(body) <= maxPayloadBytes) return body
  throw new WebhookError(
    `Cannot send the webhook "${event.type}": it passes maxPayloadBytes (${maxPayloadBytes}) without its text too`,
    { code: 'WEBHOOK_LIMIT_EXCEEDED' },
  )
}
