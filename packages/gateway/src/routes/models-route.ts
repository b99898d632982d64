/** `GET /v1/models`: what the gateway's providers list, in OpenAI's shape. */
import type { FastifyInstance } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { clientAuthorization } from '../upstream/authorization.ts'

/** Adds the route. */
export function addModels(app: FastifyInstance, { models, config }: GatewayContext): void {
  app.get('/v1/models', async ({ headers }) => ({
    object: 'list',
    data: await models.list(clientAuthorization(headers, config.apiKey)),
  }))
}
