/** Asks again, after a pause, where a provider fails before its first token. */
import type { Model } from '../contract.ts'
import { createDebugLog } from '../debug-log.ts'
import { pause } from '../pause.ts'
import { StreamError } from '../stream-error.ts'
import { attempts } from './attempts.ts'

const log = createDebugLog('streamseal:retry')

/** How often and how patiently. */
export interface RetryOptions {
  /** How many times more. Default 2. */
  retries?: number
  /** The first pause in milliseconds; each next is twice as long, and a random part of it is waited. Default 500. */
  baseDelayMs?: number
  /** The longest pause; where the provider asks for more, its error is final. Default 20,000. */
  maxDelayMs?: number
  /**
   * After which failures. `before-first-token` (default): every one that may pass. A provider that broke off, or kept silent
   * too long, may have answered unheard, and bills for it: no provider of text promises that a request sent twice counts once.
   * `not-begun`: only where the provider surely did nothing, because it was never reached, or answered with status 429, 503 or 529.
   */
  when?: 'before-first-token' | 'not-begun'
}

/**
 * A model that asks again after failures that may pass, until the first token. `Retry-After` is obeyed. A request that is
 * sent again may be billed again: see `when`.
 * `generate` does this by itself; wrap a model where it is used otherwise.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { withRetries } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * assert.equal(withRetries(demo(), { retries: 3 }).modelId, 'demo')
 * ```
 */
export function withRetries(model: Model, options: RetryOptions = {}): Model {
  const { provider, modelId } = model
  return {
    provider,
    modelId,
    stream(request) {
      let attempt = 0
      return attempts(model.stream(request), async (error, spoke) => {
        const delayMs = spoke ? undefined : pauseBefore(error, attempt++, options)
        if (delayMs === undefined) return undefined
        log('again', { provider, model: modelId, attempt, delayMs: Math.round(delayMs) })
        await pause(delayMs, request.signal)
        return model.stream(request)
      })
    },
  }
}

/** How long to wait before attempt `attempt + 1`, or `undefined` where there is none. */
function pauseBefore(error: unknown, attempt: number, options: RetryOptions): number | undefined {
  const { retries = 2, baseDelayMs = 500, maxDelayMs = 20_000, when } = options
  if (attempt >= retries || !(error instanceof StreamError) || !error.retryable) return undefined
  if (when === 'not-begun' && !surelyNotBegun(error)) return undefined
  if (error.retryAfterMs !== undefined)
    return error.retryAfterMs <= maxDelayMs ? error.retryAfterMs : undefined
  // Full jitter: clients that failed together do not come back together.
  return Math.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** attempt)
}

const refusals: ReadonlySet<number> = new Set([429, 503, 529])
const unreached = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)\b/

/** The provider refused the request, or no connection to it was made. */
function surelyNotBegun({ status, cause }: StreamError): boolean {
  if (status !== undefined) return refusals.has(status)
  const inner = cause instanceof Error ? cause.cause : undefined
  return inner instanceof Error && 'code' in inner && unreached.test(String(inner.code))
}
