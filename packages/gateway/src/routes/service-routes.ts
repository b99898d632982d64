/** What programs ask of the gateway itself: keys, health, readiness. */
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'

/** The pace of `/healthz/stream`: so many events, so far apart in milliseconds. */
const probe = { events: 5, everyMs: 200 }

/** Adds `/.well-known/jwks.json`, `/healthz`, `/healthz/stream` and `/readyz`. */
export function addServiceRoutes(app: FastifyInstance, context: GatewayContext): void {
  const config = { isPublic: true }
  app.get('/.well-known/jwks.json', { config }, async (_request, reply) => {
    // Public keys are for everyone, other issuers' verify pages included.
    reply.raw.setHeader('access-control-allow-origin', '*')
    reply.header('cache-control', 'public, max-age=300').type('application/jwk-set+json')
    return JSON.stringify(context.keys.published)
  })
  app.get('/healthz', { config }, async () => ({ status: 'ok' }))
  app.get('/healthz/stream', { config }, async (_request, reply) => {
    reply.type('text/event-stream; charset=utf-8').header('cache-control', 'no-cache, no-transform')
    return reply.header('x-accel-buffering', 'no').send(Readable.from(probeEvents()))
  })
  app.get('/readyz', { config }, async (_request, reply) => {
    const ready = { draining: context.isDraining, store: context.store.isReady() }
    const isReady = ready.store && !ready.draining
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'unready', ...ready })
  })
}

/** Events at a known pace: who reads them learns whether something on the way holds them back. */
async function* probeEvents(): AsyncGenerator<string> {
  const overMs = (probe.events - 1) * probe.everyMs
  for (let event = 1; event <= probe.events; event += 1) {
    if (event > 1) await sleep(probe.everyMs)
    yield `data: ${JSON.stringify({ event, of: probe.events, over_ms: overMs })}\n\n`
  }
}
