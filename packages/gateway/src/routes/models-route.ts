/** `GET /v1/models`: what the gateway's providers list, in OpenAI's shape. */
import type { FastifyInstance } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'

/** Adds the route. */
export function addModels(app: FastifyInstance, { models, config }: GatewayContext): void {
  app.get('/v1/models', async ({ headers }) => ({
    object: 'list',
    // Where the gateway has a key of its own, `Authorization` holds that one.
    data: await models.list(config.apiKey === undefined ? headers.authorization : undefined),
  }))
}
