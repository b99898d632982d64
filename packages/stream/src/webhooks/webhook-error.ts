/** What can go wrong with a webhook, on either side; a stable `code`, and a message that names the action and quotes the value. */

/** Every code that a `WebhookError` can carry. */
export type WebhookErrorCode =
  /** The URL is no http or https URL, holds a password, or names an address that may not be reached. */
  | 'WEBHOOK_URL_REFUSED'
  /** The secret is not one of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. */
  | 'WEBHOOK_SECRET_INVALID'
  /** Not signed, signed with another secret, or older or newer than five minutes. */
  | 'WEBHOOK_SIGNATURE_INVALID'
  /** The signature is right and the body is not an event. */
  | 'WEBHOOK_BODY_INVALID'
  /** A limit that you can set was reached; the message names it. */
  | 'WEBHOOK_LIMIT_EXCEEDED'
  /** The receiver answered something other than 2xx, or nothing. */
  | 'WEBHOOK_FAILED'

/**
 * A webhook that was refused, could not be sent or could not be believed.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { verifyWebhook, WebhookError } from '@streamseal/stream/webhooks'
 * const request = new Request('https://app.example/hooks', { method: 'POST', body: '{}' })
 * await assert.rejects(
 *   verifyWebhook(request, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
 *   error => error instanceof WebhookError && error.code === 'WEBHOOK_SIGNATURE_INVALID',
 * )
 * ```
 */
export class WebhookError extends Error {
  readonly code: WebhookErrorCode

  constructor(message: string, options: { code: WebhookErrorCode; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'WebhookError'
    this.code = options.code
  }
}
