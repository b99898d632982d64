/** Webhooks of a gateway: an outbox in the data directory, so that what was promised is sent after a restart too. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { NewReceiver, Webhooks } from '@streamseal/stream/webhooks'
import type { FastifyBaseLogger } from 'fastify'
import { ConfigError } from '../config/config-error.ts'
import type { Config } from '../config/read-config.ts'
import type { ReceiverEntry } from '../config/read-config-file.ts'

/** The file in the data directory. It holds answers and secrets, and only its owner may read it. */
const fileName = 'webhooks.db'

/** Opens them; `undefined` without an API key: receivers get answers, and whoever reaches the gateway could register one. */
export async function openWebhooks(
  { apiKey, dataDirectory, webhooks, receivers }: Config,
  log: FastifyBaseLogger,
): Promise<Webhooks | undefined> {
  if (apiKey === undefined) {
    if (receivers.length > 0) throw withoutKey()
    return undefined
  }
  // What sends them is loaded only where it is used.
  const { createWebhooks } = await import('@streamseal/stream/webhooks')
  const { createSqliteOutbox } = await import('@streamseal/stream/webhooks/sqlite')
  const path = join(dataDirectory, fileName)
  const outbox = createSqliteOutbox(path)
  chmodSync(path, 0o600)
  const opened = createWebhooks({
    outbox,
    includeText: webhooks.includeText,
    allowPrivateAddresses: webhooks.allowPrivate,
    onAttempt: ({ id, state, attempts, lastStatus, lastError }) =>
      log.info({ webhook: id, state, attempts, status: lastStatus, reason: lastError }, 'webhook sent'),
    onError: error => log.error({ err: error }, 'webhooks failed'),
  })
  try {
    await registerReceivers(opened, receivers)
  } catch (error) {
    await opened.close()
    throw error
  }
  return opened
}

function withoutKey(): ConfigError {
  return new ConfigError(
    'webhooks.receivers',
    'Cannot register webhooks.receivers without STREAMSEAL_API_KEY: receivers get answers, and whoever reaches the gateway could register one',
  )
}

/** Registers those of the configuration; one whose URL is registered already is left as it is. */
async function registerReceivers(webhooks: Webhooks, receivers: readonly ReceiverEntry[]): Promise<void> {
  const known = new Set((await webhooks.receivers()).map(({ url }) => url))
  for (const [i, receiver] of receivers.entries()) {
    if (known.has(hrefOf(receiver.url))) continue
    try {
      await webhooks.register(receiver as NewReceiver)
    } catch (error) {
      const place = `webhooks.receivers[${i}]`
      throw new ConfigError(
        place,
        `Cannot register ${place}: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
}

/** What is no URL is refused where it is registered. */
function hrefOf(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url
}
