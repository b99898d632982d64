/** `POST /v1/chat/completions`: one dialect goes through edited, every other model is spoken to in parts. */
import { fromChatBody, toOpenAICompletion } from '@streamseal/stream/openai-wire'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SealMode } from '../config/read-config.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { keyDigest } from '../http/access.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { acceptRawJson, type JsonBody } from '../http/json-body.ts'
import { logFailure } from '../http/log-failure.ts'
import type { ModelRoute, OpenAIUpstream } from '../models/model-route.ts'
import { sealModeOf } from '../sealing/seal-header.ts'
import type { SealRequest } from '../sealing/sealing.ts'
import { clientAuthorization, upstreamAuthorization } from '../upstream/authorization.ts'
import { ChatRelay } from '../upstream/chat-relay.ts'
import { requestHeaders } from '../upstream/headers.ts'
import { writeChatChunks } from '../wire/write-chat-chunks.ts'
import { type ChatRequest, readChatRequest } from './chat-request.ts'
import { bodyFor } from './read-answer-body.ts'
import { requireRoom, startRun } from './run-stream.ts'
import { waitForStart } from './wait-for-start.ts'

const path = '/v1/chat/completions'

/** Adds the route. */
export function addChatCompletions(app: FastifyInstance, context: GatewayContext): void {
  app.register((scope, _options, done) => {
    acceptRawJson(scope)
    scope.post<{ Body: JsonBody | undefined }>(path, async (request, reply) => {
      const chat = readChatRequest(request.body)
      const mode = sealModeOf(request.headers, context.config.seal)
      const route = context.models.find(chat.model)
      const exchange = { context, request, reply, chat, mode, route }
      if (route.upstream !== undefined) return relay(exchange, route.upstream)
      requireOneChoice(exchange)
      return chat.isStreaming ? streamParts(exchange) : completeParts(exchange)
    })
    done()
  })
}

interface Exchange {
  readonly context: GatewayContext
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly chat: ChatRequest
  readonly mode: SealMode
  readonly route: ModelRoute
}

function relay({ context, request, reply, chat, mode, route }: Exchange, upstream: OpenAIUpstream): void {
  requireRoom(context, request.headers)
  const { config, sealing, streams, metrics } = context
  const sealRequest = { ...sealOf(chat), provider: route.provider, model: route.model }
  const seals =
    mode === 'off' ? [] : Array.from({ length: chat.choices }, () => sealing.open({ ...sealRequest, mode }))
  const streamIds = seals.map(seal => seal.streamId).join(', ')
  const { provider, model } = route
  const observer = metrics.relay({ provider, model, isStreaming: chat.isStreaming, headers: request.headers })
  reply.hijack()
  new ChatRelay(reply.raw, {
    request: {
      provider: upstream.provider,
      url: new URL(`${upstream.baseUrl}/chat/completions`),
      method: 'POST',
      headers: {
        ...requestHeaders(request.headers),
        ...observer.headers,
        ...upstreamAuthorization(upstream, request.headers, config.apiKey),
        'content-type': 'application/json',
        'accept-encoding': 'identity',
      },
      body: bodyFor(chat, route.model),
    },
    isStreaming: chat.isStreaming,
    seals,
    choices: chat.choices,
    patience: config,
    maxEventBytes: config.maxEventBytes,
    heartbeatMs: config.heartbeatMs,
    headers: streamIds === '' ? {} : { 'streamseal-stream-id': streamIds },
    streams: streams.forKey(keyDigest(request.headers)),
    onFailure: error => logFailure(request.log, error, { provider: route.provider, model: route.model }),
    observer,
  })
}

/** Models outside OpenAI's dialect give one answer; fewer choices than were asked for would go unnoticed. */
function requireOneChoice({ chat, route }: Exchange): void {
  if (chat.choices === 1) return
  throw new GatewayError(
    `Cannot give ${chat.choices} choices: "${route.provider}" gives one; leave "n" out`,
    {
      code: 'INVALID_REQUEST',
      param: 'n',
    },
  )
}

async function streamParts({ context, request, reply, chat, mode, route }: Exchange): Promise<void> {
  const { request: options, includeUsage } = fromChatBody(chat.value)
  const model = route.toModel(clientAuthorization(request.headers, context.config.apiKey))
  const run = startRun(context, reply.raw, {
    model,
    options,
    mode,
    seal: sealOf(chat),
    headers: request.headers,
  })
  await waitForStart(run, context.config.heartbeatMs)
  reply.hijack()
  writeChatChunks(run, reply.raw, {
    model: chat.model,
    includeUsage,
    isSealed: mode !== 'off',
    heartbeatMs: context.config.heartbeatMs,
  }).catch(error => {
    request.log.error({ err: error }, 'delivery failed')
    reply.raw.destroy()
  })
}

async function completeParts({ context, request, reply, chat, mode, route }: Exchange): Promise<void> {
  const { request: options } = fromChatBody(chat.value)
  const model = route.toModel(clientAuthorization(request.headers, context.config.apiKey))
  const run = startRun(context, reply.raw, {
    model,
    options,
    mode,
    seal: sealOf(chat),
    headers: request.headers,
  })
  const completion = await toOpenAICompletion(run, { model: chat.model })
  if (mode !== 'off') reply.header('streamseal-stream-id', run.id)
  return reply.send(completion)
}

function sealOf({ ingredients, isJson }: ChatRequest): Omit<SealRequest, 'mode' | 'provider' | 'model'> {
  return { route: path, ingredients, format: isJson ? 'json' : 'markdown' }
}
