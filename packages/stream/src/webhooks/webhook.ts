/** A run delivered to one receiver, for those who keep no outbox: what it is told is lost if the process dies. */
import type { Run } from '../run/run.ts'
import { createMemoryOutbox } from './memory-outbox.ts'
import type { WebhookEventType } from './webhook-event.ts'
import { createWebhooks, type WebhookDelivery, type WebhooksOptions } from './webhooks.ts'

/** Where a run is told of, and how. */
export interface WebhookOptions
  extends Pick<
    WebhooksOptions,
    'timeoutMs' | 'maxPayloadBytes' | 'includeText' | 'allowPrivateAddresses' | 'allowedAddresses' | 'now'
  > {
  /** An https URL. */
  url: string
  /** `whsec_` and 24 to 64 bytes in base64; `createWebhookSecret()` makes one. */
  secret: string
  /** Default: the run's end, however it ends. */
  events?: readonly WebhookEventType[]
  /** Waits before each attempt after the first, in milliseconds; default 1 s, 5 s, 30 s. */
  retryMs?: readonly number[]
}

/**
 * Tells one receiver of the run; resolves when everything is delivered or given up, with what became of it, and does not
 * reject where the receiver cannot be reached. The run goes on to its end, read or not.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createServer } from 'node:http'
 * import { once } from 'node:events'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { createWebhookSecret, webhook } from '@streamseal/stream/webhooks'
 * const server = createServer((_, response) => response.end())
 * await once(server.listen(0, '127.0.0.1'), 'listening')
 * const { port } = server.address() as { port: number }
 * const run = generate(demo({ tokensPerSecond: Infinity }), { prompt: 'Hello' })
 * const [told] = await webhook(run, {
 *   url: `http://127.0.0.1:${port}/hooks`,
 *   secret: createWebhookSecret(),
 *   allowedAddresses: ['127.0.0.1'],
 * })
 * assert.equal(told?.state, 'delivered')
 * server.close()
 * ```
 */
export async function webhook(run: Run, options: WebhookOptions): Promise<WebhookDelivery[]> {
  const { url, secret, events = ['run.completed', 'run.failed', 'run.cancelled'], ...sending } = options
  const ended = createLatch()
  const webhooks = createWebhooks({
    retryMs: [1000, 5000, 30_000],
    ...sending,
    outbox: createMemoryOutbox(),
    onAttempt: ended.look,
  })
  try {
    await webhooks.register({ url, secret, events })
    await webhooks.watch(run)
    await ended.until(async () => (await webhooks.deliveries({ state: 'pending' })).length === 0)
    return (await webhooks.deliveries()).reverse()
  } finally {
    await webhooks.close()
  }
}

/** Waits until something is so, looking each time it is told to. */
function createLatch(): { look: () => void; until: (isSo: () => Promise<boolean>) => Promise<void> } {
  let look: () => void = () => undefined
  return {
    look: () => look(),
    until: async isSo => {
      for (;;) {
        const looked = new Promise<void>(resolve => {
          look = resolve
        })
        if (await isSo()) return
        await looked
      }
    },
  }
}
