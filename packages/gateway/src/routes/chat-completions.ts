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
import { sealOfModel } from '../models/model-rules.ts'
import { sealModeOf } from '../sealing/seal-header.ts'
import type { SealRequest } from '../sealing/sealing.ts'
import { clientAuthorization, upstreamAuthorization } from '../upstream/authorization.ts'
import { ChatRelay } from '../upstream/chat-relay.ts'
import { requestHeaders } from '../upstream/headers.ts'
import { writeChatChunks } from '../wire/write-chat-chunks.ts'
import { type ChatRequest, readChatRequest } from './chat-request.ts'
import { promptsOf } from './prompts-of.ts'
import { bodyFor } from './read-answer-body.ts'
import { type RunRequest, requireRoom } from './run-stream.ts'
import { type Keep, keepOf, startAnswer } from './start-answer.ts'

const path = '/v1/chat/completions'

/** Adds the route. */
export function addChatCompletions(app: FastifyInstance, context: GatewayContext): void {
  app.register((scope, _options, done) => {
    acceptRawJson(scope)
    scope.post<{ Body: JsonBody | undefined }>(path, async (request, reply) => {
      const chat = readChatRequest(request.body, promptsOf(context, request, reply))
      const mode = sealModeOf(request.headers, sealOfModel(context.config, chat.model))
      const route = context.models.find(chat.model)
      const keep = keepOf(request.headers, chat.value, context.config.runs.keepV1)
      const exchange = { context, request, reply, chat, mode, route, keep }
      // What is to be read again has to be read into parts; everything else passes as it comes.
      if (route.upstream !== undefined && !isReadIntoParts(exchange)) return relay(exchange, route.upstream)
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
  readonly keep: Keep
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

/** Whether an answer that could pass is to be kept; throws `INVALID_REQUEST` where a client asks for that and for what parts do not hold. */
function isReadIntoParts({ chat, keep, mode }: Exchange): boolean {
  if (keep === 'may' || keep === 'not') return false
  const isHeld = chat.choices === 1 && chat.value.logprobs !== true
  if (keep === 'will') return isHeld && mode !== 'off'
  if (isHeld) return true
  throw new GatewayError('Cannot keep the run: several choices and log-probabilities are not kept', {
    code: 'INVALID_REQUEST',
    param: chat.choices === 1 ? 'logprobs' : 'n',
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

async function streamParts(exchange: Exchange): Promise<void> {
  const { context, request, reply, chat, mode, keep } = exchange
  const { includeUsage } = fromChatBody(chat.value)
  const response = reply.raw
  const answer = await startAnswer(context, toRunRequest(exchange), { response, keep, isWhole: false })
  await answer.started
  reply.hijack()
  writeChatChunks(answer.run, response, {
    model: chat.model,
    includeUsage,
    isSealed: mode !== 'off',
    heartbeatMs: context.config.heartbeatMs,
  }).catch(error => {
    request.log.error({ err: error }, 'delivery failed')
    response.destroy()
  })
}

async function completeParts(exchange: Exchange): Promise<void> {
  const { context, reply, chat, mode, keep } = exchange
  const response = reply.raw
  const { run, stands } = await startAnswer(context, toRunRequest(exchange), {
    response,
    keep,
    isWhole: true,
  })
  const completion = await toOpenAICompletion(run, { model: chat.model })
  await stands
  if (mode !== 'off') reply.header('streamseal-stream-id', run.id)
  return reply.send(completion)
}

function toRunRequest({ context, request, chat, mode, route }: Exchange): RunRequest {
  const { request: options } = fromChatBody(chat.value)
  return {
    model: route.toModel(clientAuthorization(request.headers, context.config.apiKey)),
    options: { ...options, ...carried(chat, route) },
    mode,
    seal: sealOf(chat),
    headers: request.headers,
  }
}

/** What a server of the same dialect is asked in its own words: all of the body that we do not decide ourselves. */
function carried(
  { value }: ChatRequest,
  { upstream }: ModelRoute,
): Pick<RunRequest['options'], 'providerOptions'> {
  if (upstream === undefined) return {}
  const { model: _model, stream: _stream, stream_options: _options, ...providerOptions } = value
  return { providerOptions }
}

function sealOf({ ingredients, isJson }: ChatRequest): Omit<SealRequest, 'mode' | 'provider' | 'model'> {
  return { route: path, ingredients, format: isJson ? 'json' : 'markdown' }
}
