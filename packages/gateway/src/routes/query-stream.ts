/** `GET|POST /query/stream` and `POST /stream`: an answer as server-sent events, to which a reader may come back. */

import type { Message } from '@streamseal/stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { sealOfModel } from '../models/model-rules.ts'
import { deliverRun } from '../runs/deliver-run.ts'
import { leavePolicyOf } from '../runs/leave-policy.ts'
import { resumeEvents } from '../runs/resume-events.ts'
import { type RunFormat, readFormat } from '../runs/run-formats.ts'
import { sealModeOf } from '../sealing/seal-header.ts'
import { clientAuthorization } from '../upstream/authorization.ts'
import { messagesOfQuery, readMessages } from './messages.ts'
import { promptsOf } from './prompts-of.ts'
import { startKeptRun } from './run-stream.ts'

/** What the routes take, in the body or in the query. */
interface Query {
  readonly query?: string
  readonly messages?: readonly unknown[]
  readonly model?: string
  readonly seal?: string
  readonly leave?: string
}

interface Format {
  readonly format?: string
}

const text = { type: 'string' }
const modelName = { type: 'string', minLength: 1, maxLength: 256 }
const formatQuery = { type: 'object', properties: { format: text } }
const querystring = {
  type: 'object',
  properties: { query: text, model: modelName, seal: text, leave: text, format: text },
}
const body = {
  type: 'object',
  properties: {
    query: text,
    messages: { type: 'array', minItems: 1, maxItems: 1000 },
    model: modelName,
    seal: text,
    leave: text,
  },
}

/** What a browser's `EventSource` gets where there is nothing to ask: it would take any other answer as a reason to try again. */
const noQuery = `data: ${JSON.stringify({ content: '', metadata: {}, is_final: true, error: 'No query provided' })}\nid: none\n\n`

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly route: string
  readonly format: RunFormat
}

/** Adds the routes. */
export function addQueryStream(app: FastifyInstance, context: GatewayContext): void {
  app.get<{ Querystring: Query & Format }>(
    '/query/stream',
    { schema: { querystring } },
    async (request, reply) => {
      const exchange = { request, reply, format: readFormat(request.query.format, request.headers) }
      const eventId = lastEventId(request)
      if (eventId !== undefined) return resumeEvents(context, eventId, exchange)
      if (isBlank(request.query.query)) return sendNoQuery(reply)
      return answer(context, request.query, { ...exchange, route: '/query/stream' })
    },
  )
  for (const route of ['/query/stream', '/stream']) {
    const schema = { body, querystring: formatQuery }
    app.post<{ Body: Query; Querystring: Format }>(route, { schema }, async (request, reply) => {
      const exchange = { request, reply, format: readFormat(request.query.format, request.headers) }
      const eventId = lastEventId(request)
      if (eventId !== undefined) return resumeEvents(context, eventId, exchange)
      requireQuery(request.body)
      return answer(context, request.body, { ...exchange, route })
    })
  }
}

/** A reader who comes back says so, and never asks the model again. A blank header is what some clients send at first. */
function lastEventId({ headers }: FastifyRequest): string | undefined {
  const eventId = headers['last-event-id']
  return eventId === undefined || eventId === '' ? undefined : String(eventId)
}

function requireQuery({ query, messages }: Query): void {
  if (messages !== undefined || !isBlank(query)) return
  throw new GatewayError('Cannot answer: the body has neither a "query" nor "messages"', {
    code: 'INVALID_REQUEST',
    param: 'query',
  })
}

async function answer(
  context: GatewayContext,
  query: Query,
  { request, reply, route, format }: Exchange,
): Promise<undefined> {
  const { headers } = request
  const mode = sealModeOf(headers, sealOfModel(context.config, query.model), query.seal)
  const { value: messages, ingredients } = promptsOf(context, request, reply).read(messagesOf(query))
  const authorization = clientAuthorization(headers, context.config.apiKey)
  const way =
    query.model === undefined
      ? await context.models.findDefault(authorization)
      : context.models.find(query.model)
  const asked = {
    model: way.toModel(authorization),
    options: { messages },
    mode,
    seal: { route, ingredients },
    headers,
    modelName: query.model ?? '',
  }
  const leave = leavePolicyOf(headers, 'continue', query.leave)
  const run = await startKeptRun(context, asked, { leave, response: reply.raw })
  deliverRun(context, run, { request, reply, format })
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
