/** What becomes of a message after an attempt: delivered, tried again later, or a dead letter. */
import type { StoredDelivery } from './outbox.ts'
import type { Attempt } from './post-webhook.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** The schedule that Standard Webhooks recommends: more than a day in all. */
export const defaultRetryMs: readonly number[] = [
  5000,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  10 * hourMs,
]

/** A receiver that asks for a longer pause is given at most this. */
const maxRetryAfterMs = 24 * hourMs

/** The delivery after the attempt; `random` (0 to 1) spreads the attempts of many. */
export function settleAttempt(
  delivery: StoredDelivery,
  attempt: Attempt,
  { retryMs, now, random = Math.random() }: { retryMs: readonly number[]; now: number; random?: number },
): StoredDelivery {
  const { lastError: _, lastStatus: __, ...kept } = delivery
  const attempts = delivery.attempts + 1
  const tried = { ...kept, attempts, ...outcome(attempt) }
  if ('status' in attempt && attempt.status >= 200 && attempt.status < 300) {
    return { ...tried, state: 'delivered', endedAt: now }
  }
  const waitMs = retryMs[attempts - 1]
  if (waitMs === undefined || isFinal(attempt)) return { ...tried, state: 'dead', endedAt: now }
  const asked = 'status' in attempt ? Math.min(attempt.retryAfterMs ?? 0, maxRetryAfterMs) : 0
  return { ...tried, dueAt: now + Math.max(Math.round(waitMs * (1 + random / 5)), asked) }
}

const outcome = (attempt: Attempt): { lastStatus: number } | { lastError: string } =>
  'status' in attempt ? { lastStatus: attempt.status } : { lastError: attempt.error }

/** 410 says that nobody will ever listen there again; an address that is refused stays refused. */
const isFinal = (attempt: Attempt): boolean =>
  'status' in attempt ? attempt.status === 410 : attempt.refused === true
