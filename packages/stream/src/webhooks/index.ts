export { createMemoryOutbox } from './memory-outbox.ts'
export type {
  DeliveryQuery,
  DeliveryState,
  ListedDelivery,
  StoredDelivery,
  StoredReceiver,
  WebhookOutbox,
} from './outbox.ts'
export { signWebhook, type WebhookMessage } from './sign-webhook.ts'
export {
  type VerifiedWebhook,
  type VerifyWebhookOptions,
  verifyWebhook,
  type WebhookRequest,
} from './verify-webhook.ts'
export { type WebhookOptions, webhook } from './webhook.ts'
export { WebhookError, type WebhookErrorCode } from './webhook-error.ts'
export {
  type WebhookEvent,
  type WebhookEventType,
  type WebhookRun,
  webhookEventTypes,
} from './webhook-event.ts'
export { createWebhookSecret } from './webhook-secret.ts'
export {
  createWebhooks,
  type NewReceiver,
  type WebhookDelivery,
  type WebhookReceiver,
  type Webhooks,
  type WebhooksOptions,
} from './webhooks.ts'
