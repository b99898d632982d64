/** Secrets of Standard Webhooks: `whsec_` and 24 to 64 random bytes in base64. Browser safe. */
import { WebhookError } from './webhook-error.ts'

const prefix = 'whsec_'
const secretBytes = 32

/**
 * A new secret of 32 random bytes, for one receiver.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createWebhookSecret } from '@streamseal/stream/webhooks'
 * assert.match(createWebhookSecret(), /^whsec_[A-Za-z0-9+/]{43}=$/)
 * ```
 */
export function createWebhookSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(secretBytes))
  return prefix + btoa(String.fromCharCode(...bytes))
}

/** Throws `WEBHOOK_SECRET_INVALID`, without quoting the secret. */
export function checkSecret(secret: unknown): string {
  const bytes =
    typeof secret === 'string' && secret.startsWith(prefix) ? byteLength(secret.slice(prefix.length)) : 0
  if (bytes >= 24 && bytes <= 64) return secret as string
  throw new WebhookError(
    'Cannot use the webhook secret: it must be "whsec_" and 24 to 64 bytes in base64 (createWebhookSecret() makes one)',
    { code: 'WEBHOOK_SECRET_INVALID' },
  )
}

function byteLength(base64: string): number {
  try {
    return atob(base64).length
  } catch {
    return 0
  }
}
