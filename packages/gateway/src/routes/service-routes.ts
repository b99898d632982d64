/** What programs ask of the gateway itself: keys, health, readiness. */
import type { FastifyInstance } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'

/** Adds `/.well-known/jwks.json`, `/healthz` and `/readyz`. */
export function addServiceRoutes(app: FastifyInstance, context: GatewayContext): void {
  const config = { isPublic: true }
  app.get('/.well-known/jwks.json', { config }, async (_request, reply) => {
    // Public keys are for everyone, other issuers' verify pages included.
    reply.raw.setHeader('access-control-allow-origin', '*')
    reply.header('cache-control', 'public, max-age=300').type('application/jwk-set+json')
    return JSON.stringify(context.keys.published)
  })
  app.get('/healthz', { config }, async () => ({ status: 'ok' }))
  app.get('/readyz', { config }, async (_request, reply) => {
    const ready = { draining: context.isDraining, store: context.store.isReady() }
    const isReady = ready.store && !ready.draining
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'unready', ...ready })
  })
}
