/** `POST|GET /webhooks` and `DELETE /webhooks/:id`: who is told how runs begin and end. */
import {
  type NewReceiver,
  WebhookError,
  type WebhookEventType,
  type WebhookReceiver,
  type Webhooks,
} from '@streamseal/stream/webhooks'
import type { FastifyInstance } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'

const text = { type: 'string' }
const body = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: {
    url: text,
    events: { type: 'array', items: text, minItems: 1, maxItems: 16 },
    secret: text,
    description: text,
  },
}

interface NewReceiverBody {
  readonly url: string
  readonly events?: WebhookEventType[]
  readonly secret?: string
  readonly description?: string
}

/** Adds the routes. Receivers get answers, so that a key is needed even on loopback. */
export function addWebhooks(app: FastifyInstance, context: GatewayContext): void {
  app.post<{ Body: NewReceiverBody }>('/webhooks', { schema: { body } }, async (request, reply) => {
    const receiver = await register(requireWebhooks(context), request.body)
    return reply.code(201).send(receiver)
  })
  app.get('/webhooks', async () => ({ receivers: await requireWebhooks(context).receivers() }))
  app.delete<{ Params: { id: string } }>('/webhooks/:id', async ({ params }, reply) => {
    if (await requireWebhooks(context).remove(params.id)) return reply.code(204).send()
    throw new GatewayError(`Cannot find the webhook receiver "${params.id.slice(0, 40)}"`, {
      code: 'ROUTE_NOT_FOUND',
    })
  })
}

function requireWebhooks({ webhooks }: GatewayContext): Webhooks {
  if (webhooks !== undefined) return webhooks
  throw new GatewayError('Cannot use webhooks: receivers get answers; set STREAMSEAL_API_KEY and send it', {
    code: 'AUTHENTICATION_FAILED',
  })
}

async function register(
  webhooks: Webhooks,
  receiver: NewReceiver,
): Promise<WebhookReceiver & { secret: string }> {
  try {
    return await webhooks.register(receiver)
  } catch (error) {
    if (error instanceof WebhookError || error instanceof RangeError)
      throw new GatewayError(error.message, { code: 'INVALID_REQUEST', cause: error })
    throw error
  }
}
