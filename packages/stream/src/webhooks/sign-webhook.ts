/** The sending half's signature: the three headers of Standard Webhooks 1.0 over id, time and body. */
import { Webhook } from 'standardwebhooks'
import { checkSecret } from './webhook-secret.ts'

/** What is signed. */
export interface WebhookMessage {
  /** The same at every attempt. */
  id: string
  body: string
  /** One signature for each; two while one replaces the other. */
  secrets: readonly string[]
  /** When this attempt is made; default now. */
  at?: Date
}

/**
 * The headers that a receiver checks.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { signWebhook } from '@streamseal/stream/webhooks'
 * const headers = signWebhook({
 *   id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
 *   body: '{"test": 2432232314}',
 *   secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
 *   at: new Date(1614265330 * 1000),
 * })
 * assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
 * ```
 */
export function signWebhook({ id, body, secrets, at = new Date() }: WebhookMessage): {
  'webhook-id': string
  'webhook-timestamp': string
  'webhook-signature': string
} {
  const signatures = secrets.map(secret => new Webhook(checkSecret(secret)).sign(id, at, body))
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  }
}
