/** `GET|POST /query/stream`: an answer as server-sent events. */

import type { Message } from '@streamseal/stream'
import { writeSse } from '@streamseal/stream/sse'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { cleanPrompt } from '../sealing/clean-prompt.ts'
import { sealModeOf } from '../sealing/seal-header.ts'
import { clientAuthorization } from '../upstream/authorization.ts'
import { messagesOfQuery, readMessages } from './messages.ts'
import { startRun, toDeliverable } from './run-stream.ts'

/** What the route takes, in the body or in the query. */
interface Query {
  readonly query?: string
  readonly messages?: readonly unknown[]
  readonly model?: string
  readonly seal?: string
}

const text = { type: 'string' }
const modelName = { type: 'string', minLength: 1, maxLength: 256 }
const querystring = { type: 'object', properties: { query: text, model: modelName, seal: text } }
const body = {
  type: 'object',
  properties: {
    query: text,
    messages: { type: 'array', minItems: 1, maxItems: 1000 },
    model: modelName,
    seal: text,
  },
}

/** What a browser's `EventSource` gets where there is nothing to ask: it would take any other answer as a reason to try again. */
const noQuery = `data: ${JSON.stringify({ content: '', metadata: {}, is_final: true, error: 'No query provided' })}\nid: none\n\n`

/** Adds the route. */
export function addQueryStream(app: FastifyInstance, context: GatewayContext): void {
  app.get<{ Querystring: Query }>('/query/stream', { schema: { querystring } }, async (request, reply) => {
    // An EventSource that comes back has seen its answer's end: 204 tells it to stay away (WHATWG HTML §9.2.3).
    if (request.headers['last-event-id'] !== undefined) return reply.code(204).send()
    if (isBlank(request.query.query)) return sendNoQuery(reply)
    return answer(context, request, reply, request.query)
  })
  app.post<{ Body: Query }>('/query/stream', { schema: { body } }, async (request, reply) => {
    const { query, messages } = request.body
    if (messages === undefined && isBlank(query)) {
      throw new GatewayError('Cannot answer: the body has neither a "query" nor "messages"', {
        code: 'INVALID_REQUEST',
        param: 'query',
      })
    }
    return answer(context, request, reply, request.body)
  })
}

async function answer(
  context: GatewayContext,
  { headers, log }: FastifyRequest,
  reply: FastifyReply,
  query: Query,
): Promise<void> {
  const mode = sealModeOf(headers, context.config.seal, query.seal)
  const { value: messages, ingredients } = cleanPrompt(messagesOf(query))
  const authorization = clientAuthorization(headers, context.config.apiKey)
  const route =
    query.model === undefined
      ? await context.models.findDefault(authorization)
      : context.models.find(query.model)
  const run = startRun(context, reply.raw, {
    model: route.toModel(authorization),
    options: { messages },
    mode,
    seal: { route: '/query/stream', ingredients },
  })
  reply.hijack()
  writeSse(toDeliverable(run, mode), reply.raw, { heartbeatMs: context.config.heartbeatMs }).catch(error => {
    log.error({ err: error }, 'delivery failed')
    reply.raw.destroy()
  })
}

function messagesOf({ query, messages }: Query): Message[] {
  return messages === undefined ? messagesOfQuery(query ?? '') : readMessages(messages)
}

function isBlank(query: string | undefined): boolean {
  return query === undefined || query.trim() === ''
}

function sendNoQuery(reply: FastifyReply): FastifyReply {
  return reply.type('text/event-stream; charset=utf-8').header('cache-control', 'no-cache').send(noQuery)
}
