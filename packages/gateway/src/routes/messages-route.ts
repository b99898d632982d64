/** `POST /v1/messages` and `/v1/messages/count_tokens`: Anthropic's API; edited in place for its own models, in parts for any other, counting where the provider counts. */
import { fromMessagesBody, toAnthropicMessage, writeAnthropic } from '@streamseal/stream/anthropic-wire'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { anthropicShape } from '../http/error-shape.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { acceptRawJson, type JsonBody } from '../http/json-body.ts'
import { queryOf } from '../http/query-of.ts'
import type { AnthropicUpstream, ModelRoute } from '../models/model-route.ts'
import { sealOfModel } from '../models/model-rules.ts'
import { sealModeOf } from '../sealing/seal-header.ts'
import { anthropicAuthorization } from '../upstream/authorization.ts'
import { messagesDialect } from '../wire/relay-dialect.ts'
import { answerInParts, type Dialect } from './answer-in-parts.ts'
import { isReadIntoParts } from './is-read-into-parts.ts'
import { passBody } from './pass-body.ts'
import { promptsOf } from './prompts-of.ts'
import { type AnswerBody, bodyFor, isObject, readAnswerBody } from './read-answer-body.ts'
import { relayAnswer } from './relay-answer.ts'

const dialect: Dialect = {
  path: '/v1/messages',
  read: fromMessagesBody,
  carry: carried,
  write: writeAnthropic,
  whole: toAnthropicMessage,
}
const countPath = '/v1/messages/count_tokens'

/** Adds both routes. */
export function addMessages(app: FastifyInstance, context: GatewayContext): void {
  app.register((scope, _options, done) => {
    acceptRawJson(scope)
    scope.post<{ Body: JsonBody | undefined }>(dialect.path, async (request, reply) => {
      const body = readAnswerBody(request.body, promptsOf(context, request, reply))
      const { headers } = request
      const mode = sealModeOf(headers, sealOfModel(context.config, body.model))
      const route = context.models.find(body.model)
      const upstream = route.anthropic
      const parts = { context, request, reply, dialect, body, mode, route }
      if (upstream === undefined || isReadIntoParts({ ...parts, headers })) return answerInParts(parts)
      return relayAnswer({
        ...parts,
        dialect: messagesDialect,
        url: upstream.baseUrl + dialect.path + queryOf(request.url),
        authorization: anthropicAuthorization(upstream, headers, context.config.apiKey),
        seal: { route: dialect.path, format: isJsonOutput(body.value.output_config) ? 'json' : 'markdown' },
      })
    })
    scope.post<{ Body: JsonBody | undefined }>(countPath, async (request, reply) => {
      const body = readAnswerBody(request.body, promptsOf(context, request, reply))
      const route = context.models.find(body.model)
      if (route.anthropic === undefined) throw cannotCount(body.model, route)
      return pass({ context, request, reply, body, route, upstream: route.anthropic })
    })
    done()
  })
}

function isJsonOutput(config: unknown): boolean {
  return isObject(config) && isObject(config.format)
}

/** To Anthropic the whole body, where its answer is read into parts: thinking, caching and what else it may know. */
function carried(
  value: Record<string, unknown>,
  { anthropic }: ModelRoute,
): Record<string, unknown> | undefined {
  if (anthropic === undefined) return undefined
  const { model: _model, stream: _stream, ...rest } = value
  return rest
}

interface Passing {
  readonly context: GatewayContext
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly body: AnswerBody
  readonly route: ModelRoute
  readonly upstream: AnthropicUpstream
}

function pass({ context, request, reply, body, route, upstream }: Passing): void {
  passBody(context, request, reply, {
    provider: upstream.provider,
    url: upstream.baseUrl + countPath,
    authorization: anthropicAuthorization(upstream, request.headers, context.config.apiKey),
    body: bodyFor(body, route.model),
    shape: anthropicShape,
  })
}

function cannotCount(model: string, { provider }: ModelRoute): GatewayError {
  return new GatewayError(`Cannot count the tokens of "${model}": "${provider}" has no route that counts`, {
    code: 'ROUTE_NOT_FOUND',
  })
}
