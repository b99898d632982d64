/** `POST /v1/responses`: OpenAI's newer API, edited in place where the provider has it, and for any other model in parts. */
import { fromResponsesBody, toOpenAIResponse, writeOpenAIResponses } from '@streamseal/stream/openai-wire'
import type { FastifyInstance } from 'fastify'
import type { SealMode } from '../config/read-config.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { acceptRawJson, type JsonBody } from '../http/json-body.ts'
import { queryOf } from '../http/query-of.ts'
import type { ModelRoute } from '../models/model-route.ts'
import { sealOfModel } from '../models/model-rules.ts'
import { sealModeOf } from '../sealing/seal-header.ts'
import { upstreamAuthorization } from '../upstream/authorization.ts'
import { createResponsesSupport } from '../upstream/responses-support.ts'
import { responsesDialect } from '../wire/relay-dialect.ts'
import { answerInParts, type Dialect } from './answer-in-parts.ts'
import { isReadIntoParts } from './is-read-into-parts.ts'
import { promptsOf } from './prompts-of.ts'
import { type AnswerBody, isObject, readAnswerBody } from './read-answer-body.ts'
import { relayAnswer } from './relay-answer.ts'

/** Fields that mean the same to chat completions, which a server of OpenAI's dialect is asked with where it has no responses. */
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

/** Adds the route. */
export function addResponses(app: FastifyInstance, context: GatewayContext): void {
  const support = createResponsesSupport()
  app.register((scope, _options, done) => {
    acceptRawJson(scope)
    scope.post<{ Body: JsonBody | undefined }>(dialect.path, async (request, reply) => {
      const body = readAnswerBody(request.body, promptsOf(context, request, reply))
      const { headers } = request
      const mode = sealModeOf(headers, sealOfModel(context.config, body.model))
      const route = context.models.find(body.model)
      const { upstream } = route
      const parts = { context, request, reply, dialect, body, mode, route }
      if (upstream === undefined || isReadIntoParts({ ...parts, headers })) return answerInParts(parts)
      const authorization = upstreamAuthorization(upstream, headers, context.config.apiKey)
      if (!(await support.isNative(upstream, authorization))) return answerInParts(parts)
      refuseBackground(body, mode)
      return relayAnswer({
        ...parts,
        dialect: responsesDialect(headers['x-stainless-lang'] === 'js' ? 'utf16' : 'code-point'),
        url: `${upstream.baseUrl}/responses${queryOf(request.url)}`,
        authorization,
        seal: { route: dialect.path, format: isJsonText(body.value.text) ? 'json' : 'markdown' },
      })
    })
    done()
  })
}

/** Such an answer is fetched later from the provider, past the seal. */
function refuseBackground({ value }: AnswerBody, mode: SealMode): void {
  if (value.background !== true || mode === 'off') return
  throw new GatewayError(
    'Cannot seal an answer that is written in the background: leave "background" out, or send "Streamseal-Seal: off"',
    { code: 'INVALID_REQUEST', param: 'background' },
  )
}

function isJsonText(text: unknown): boolean {
  const format = isObject(text) ? text.format : undefined
  return isObject(format) && (format.type === 'json_schema' || format.type === 'json_object')
}
