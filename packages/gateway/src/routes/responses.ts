/** `POST /v1/responses`: OpenAI's newer API for any model. */
import { fromResponsesBody, toOpenAIResponse, writeOpenAIResponses } from '@streamseal/stream/openai-wire'
import type { FastifyInstance } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { acceptRawJson, type JsonBody } from '../http/json-body.ts'
import type { ModelRoute } from '../models/model-route.ts'
import { sealModeOf } from '../sealing/seal-header.ts'
import { upstreamAuthorization } from '../upstream/authorization.ts'
import { answerInParts, type Dialect } from './answer-in-parts.ts'
import { passBody } from './pass-body.ts'
import { bodyFor, readAnswerBody } from './read-answer-body.ts'

/** Fields that mean the same to chat completions, which a server of OpenAI's dialect is asked with. */
const sameInChat = [
  'metadata',
  'parallel_tool_calls',
  'prompt_cache_key',
  'safety_identifier',
  'service_tier',
  'store',
  'user',
]

const dialect: Dialect = {
  path: '/v1/responses',
  read: fromResponsesBody,
  carry: carried,
  write: writeOpenAIResponses,
  whole: toOpenAIResponse,
}

function carried(
  value: Record<string, unknown>,
  { upstream }: ModelRoute,
): Record<string, unknown> | undefined {
  if (upstream === undefined) return undefined
  const named = sameInChat.filter(name => value[name] !== undefined)
  return Object.fromEntries(named.map(name => [name, value[name]]))
}

/** Adds the route. What only a provider's own server can do passes to it as it is, where the client turns the seal off. */
export function addResponses(app: FastifyInstance, context: GatewayContext): void {
  app.register((scope, _options, done) => {
    acceptRawJson(scope)
    scope.post<{ Body: JsonBody | undefined }>(dialect.path, async (request, reply) => {
      const body = readAnswerBody(request.body)
      const mode = sealModeOf(request.headers, context.config.seal)
      const route = context.models.find(body.model)
      const { upstream } = route
      if (mode !== 'off' || upstream === undefined)
        return answerInParts({ context, request, reply, dialect, body, mode, route })
      return passBody(context, request, reply, {
        provider: upstream.provider,
        url: `${upstream.baseUrl}/responses`,
        authorization: upstreamAuthorization(upstream, request.headers, context.config.apiKey),
        body: bodyFor(body, route.model),
      })
    })
    done()
  })
}
