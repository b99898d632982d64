/** `/webhooks`: who is told how runs begin and end, what each was sent, dead letters among it, and new secrets. */
import {
  type DeliveryState,
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

const deliveryQuery = {
  type: 'object',
  properties: {
    state: { type: 'string', enum: ['pending', 'delivered', 'dead'] },
    // Query parameters are texts here; what they say is checked as a number is.
    limit: { type: 'string', pattern: '^([1-9]\\d{0,2}|1000)$' },
  },
}
const rotation = { type: ['object', 'null'], additionalProperties: false, properties: { secret: text } }

interface ById {
  readonly Params: { readonly id: string }
}

interface Deliveries extends ById {
  readonly Querystring: { readonly state?: DeliveryState; readonly limit?: string }
}

interface Rotation extends ById {
  readonly Body: { readonly secret?: string } | null | undefined
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
  app.delete<ById>('/webhooks/:id', async ({ params }, reply) => {
    if (await requireWebhooks(context).remove(params.id)) return reply.code(204).send()
    throw notFound('receiver', params.id)
  })
  app.get<Deliveries>(
    '/webhooks/:id/deliveries',
    { schema: { querystring: deliveryQuery } },
    async ({ params, query: { state, limit } }) => {
      const webhooks = await requireReceiver(context, params.id)
      const asked = { receiverId: params.id, limit: limit === undefined ? 100 : Number(limit) }
      return { deliveries: await webhooks.deliveries(state === undefined ? asked : { ...asked, state }) }
    },
  )
  app.post<{ Params: { id: string; delivery: string } }>(
    '/webhooks/:id/deliveries/:delivery/replay',
    async ({ params: { id, delivery } }, reply) => {
      const webhooks = await requireReceiver(context, id)
      // A message to a receiver names it behind its last point.
      if (!delivery.endsWith(`.${id}`) || !(await webhooks.replay(delivery)))
        throw notFound('delivery', delivery)
      return reply.code(202).send({ id: delivery, state: 'pending' })
    },
  )
  app.post<Rotation>(
    '/webhooks/:id/rotate',
    { schema: { body: rotation } },
    async ({ params, body: asked }) => {
      const webhooks = await requireReceiver(context, params.id)
      return { id: params.id, ...(await refused(() => webhooks.rotateSecret(params.id, asked?.secret))) }
    },
  )
}

async function requireReceiver(context: GatewayContext, id: string): Promise<Webhooks> {
  const webhooks = requireWebhooks(context)
  if ((await webhooks.receivers()).some(receiver => receiver.id === id)) return webhooks
  throw notFound('receiver', id)
}

function notFound(what: 'receiver' | 'delivery', id: string): GatewayError {
  return new GatewayError(`Cannot find the webhook ${what} "${id.slice(0, 100)}"`, {
    code: 'ROUTE_NOT_FOUND',
  })
}

function requireWebhooks({ webhooks }: GatewayContext): Webhooks {
  if (webhooks !== undefined) return webhooks
  throw new GatewayError('Cannot use webhooks: receivers get answers; set STREAMSEAL_API_KEY and send it', {
    code: 'AUTHENTICATION_FAILED',
  })
}

function register(webhooks: Webhooks, receiver: NewReceiver): Promise<WebhookReceiver & { secret: string }> {
  return refused(() => webhooks.register(receiver))
}

/** What cannot be registered is the client's mistake. */
async function refused<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof WebhookError || error instanceof RangeError)
      throw new GatewayError(error.message, { code: 'INVALID_REQUEST', cause: error })
    throw error
  }
}
