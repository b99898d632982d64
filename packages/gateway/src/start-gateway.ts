/** Starts the gateway: opens its data, finds its models, listens; and stops it without cutting an answer. */

import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { openC2pa } from './c2pa/open-c2pa.ts'
import { ConfigError } from './config/config-error.ts'
import { toUrlHost } from './config/loopback.ts'
import type { Config } from './config/read-config.ts'
import type { GatewayContext } from './gateway-context.ts'
import { createServer } from './http/create-server.ts'
import { createLiveStreams, type LiveStreams } from './http/live-streams.ts'
import { type KeyRing, openKeyRing } from './keys/key-ring.ts'
import { createModelTable, type ModelTable } from './models/model-table.ts'
import { findSources } from './models/sources.ts'
import { addOpenApi } from './openapi/openapi.ts'
import { addApiChat } from './routes/api-chat.ts'
import { addChatCompletions } from './routes/chat-completions.ts'
import { addGenerateStream } from './routes/generate-stream.ts'
import { addMessages } from './routes/messages-route.ts'
import { createMetrics } from './routes/metrics.ts'
import { addModels } from './routes/models-route.ts'
import { addPages, findPages } from './routes/pages.ts'
import { addPassThrough } from './routes/pass-through.ts'
import { addQueryStream } from './routes/query-stream.ts'
import { addResponses } from './routes/responses.ts'
import { addRuns } from './routes/runs.ts'
import { addSealRoutes } from './routes/seal-routes.ts'
import { addServiceRoutes } from './routes/service-routes.ts'
import { addWebSockets } from './routes/web-sockets.ts'
import { addWebhooks } from './routes/webhooks.ts'
import { openRuns } from './runs/open-run-store.ts'
import { openWebhooks } from './runs/open-webhooks.ts'
import { createSealing } from './sealing/sealing.ts'
import { openAnswerStore } from './store/answer-store.ts'
import { openDataDirectory } from './store/data-directory.ts'
import { databaseName } from './store/with-store.ts'
import { openTelemetry } from './telemetry/open-telemetry.ts'
import { addRequestSpans } from './telemetry/request-spans.ts'
import { version } from './version.ts'

/** What a caller may replace. */
export interface StartOptions {
  /** The folder of the built web pages; default: those that came with this package. */
  readonly pages?: string
}

/** A gateway that listens. */
export interface Gateway {
  /** The address that it listens on, such as `http://127.0.0.1:8787`. */
  readonly url: string
  readonly keys: KeyRing
  readonly models: ModelTable
  /** Lets running answers finish within the grace period, tells the rest, and ends. A second call returns the first one's promise. */
  stop(): Promise<void>
}

/**
 * Starts a gateway; rejects with a `ConfigError` where its data or its address cannot be used.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtempSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { readConfig, startGateway } from 'streamseal'
 *
 * const dataDirectory = mkdtempSync(join(tmpdir(), 'streamseal-'))
 * const gateway = await startGateway(readConfig({ PORT: '0', STREAMSEAL_DATA_DIR: dataDirectory }))
 * const health = await fetch(`${gateway.url}/healthz`)
 * assert.deepEqual(await health.json(), { status: 'ok' })
 * await gateway.stop()
 * ```
 */
export async function startGateway(config: Config, options: StartOptions = {}): Promise<Gateway> {
  const opened: Closing[] = []
  try {
    return await open(config, options, opened)
  } catch (error) {
    // What is open would keep the process alive, and go on sending webhooks.
    await closeAll(opened)
    throw error
  }
}

/** Closes what was opened. */
type Closing = () => Promise<void> | void

/** What was opened last is closed first: runs before the webhooks that tell how they ended. */
async function closeAll(opened: readonly Closing[]): Promise<void> {
  for (const close of [...opened].reverse()) await close()
}

async function open(config: Config, options: StartOptions, opened: Closing[]): Promise<Gateway> {
  openDataDirectory(config.dataDirectory)
  const keys = await openKeyRing(config.dataDirectory)
  const store = openAnswerStore(join(config.dataDirectory, databaseName), config)
  opened.push(() => store.close())
  const streams = createLiveStreams(config.maxStreams, config.maxStreamsPerKey)
  const telemetry = config.otlp === undefined ? undefined : await openTelemetry(config.otlp, version)
  opened.push(async () => telemetry?.close())
  opened.push(() => streams.close())
  const metrics = createMetrics(streams, telemetry)
  const models = metrics.observe(createModelTable(await findSources(config), config.model, config.models))
  let isDraining = false
  let url = ''
  const app = createServer({ config }, () => isDraining)
  const publicUrl = (): string => config.publicUrl ?? url.replace('//127.0.0.1', '//localhost')
  const c2pa = await openC2pa(config, (err, what) => app.log.error({ err }, what))
  opened.push(() => c2pa.close())
  const seals = createSealing({
    keys,
    store: metrics.counting(store),
    issuer: () => config.issuer ?? publicUrl(),
    verifyUrl: () => `${publicUrl()}/verify`,
    onError: error => app.log.error({ err: error }, 'cannot keep a closing'),
  })
  const sealing = c2pa.around(seals)
  const webhooks = await openWebhooks(config, app.log)
  opened.push(async () => webhooks?.close())
  const runs = await openRuns(config)
  opened.push(() => runs.close())
  addRequestSpans(app, telemetry)
  addOpenApi(app)
  addRoutes(app, {
    config,
    metrics,
    keys,
    store,
    models,
    sealing,
    c2pa,
    streams,
    runs,
    webhooks,
    get isDraining() {
      return isDraining
    },
    log: app.log,
  })
  metrics.addTo(app)
  addPages(app, options.pages ?? findPages())
  url = await listen(app, config)
  const drain = async (): Promise<void> => {
    isDraining = true
    await finishAnswers(streams, config.shutdownGraceMs)
    await closeServer(app)
    await closeAll(opened)
  }
  let stopping: Promise<void> | undefined
  return {
    url,
    keys,
    models,
    stop() {
      stopping ??= drain()
      return stopping
    },
  }
}

/** How long the last error frames may take to leave, in milliseconds. */
const tellMs = 1000

/** Lets answers end by themselves, and tells the rest. */
async function finishAnswers(streams: LiveStreams, graceMs: number): Promise<void> {
  await streams.idle(graceMs)
  streams.stopAll()
  await streams.idle(tellMs)
}

async function closeServer(app: FastifyInstance): Promise<void> {
  app.server.closeIdleConnections()
  setTimeout(() => app.server.closeAllConnections(), tellMs).unref()
  await app.close()
}

function addRoutes(app: FastifyInstance, context: GatewayContext): void {
  addServiceRoutes(app, context)
  addChatCompletions(app, context)
  addResponses(app, context)
  addMessages(app, context)
  addModels(app, context)
  addPassThrough(app, context)
  addQueryStream(app, context)
  addGenerateStream(app, context)
  addRuns(app, context)
  addWebSockets(app, context)
  addApiChat(app, context)
  addWebhooks(app, context)
  addSealRoutes(app, context)
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new ConfigError('PORT', `Cannot listen on HOST="${host}" PORT="${port}": ${reason}`)
  }
  const address = app.server.address() as AddressInfo
  return `http://${toUrlHost(address.address === '::' || address.address === '0.0.0.0' ? 'localhost' : address.address)}:${address.port}`
}
