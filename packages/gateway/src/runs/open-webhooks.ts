/** Webhooks of a gateway: an outbox in the data directory, so that what was promised is sent after a restart too. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { Webhooks } from '@streamseal/stream/webhooks'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config/read-config.ts'

/** The file in the data directory. It holds answers and secrets, and only its owner may read it. */
const fileName = 'webhooks.db'

/** Opens them; `undefined` without an API key: receivers get answers, and whoever reaches the gateway could register one. */
export async function openWebhooks(
  { apiKey, dataDirectory, webhooks }: Config,
  log: FastifyBaseLogger,
): Promise<Webhooks | undefined> {
  if (apiKey === undefined) return undefined
  // What sends them is loaded only where it is used.
  const { createWebhooks } = await import('@streamseal/stream/webhooks')
  const { createSqliteOutbox } = await import('@streamseal/stream/webhooks/sqlite')
  const path = join(dataDirectory, fileName)
  const outbox = createSqliteOutbox(path)
  chmodSync(path, 0o600)
  return createWebhooks({
    outbox,
    includeText: webhooks.includeText,
    allowPrivateAddresses: webhooks.allowPrivate,
    onAttempt: ({ id, state, attempts, lastStatus, lastError }) =>
      log.info({ webhook: id, state, attempts, status: lastStatus, reason: lastError }, 'webhook sent'),
    onError: error => log.error({ err: error }, 'webhooks failed'),
  })
}
