/** `POST|GET /generate-stream`: an answer as chunked plain text. Never HTML: a browser would run what the model says. */
import { writeText } from '@streamseal/stream/text'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { sealOfModel } from '../models/model-rules.ts'
import { sealModeOf } from '../sealing/seal-header.ts'
import { clientAuthorization } from '../upstream/authorization.ts'
import { promptsOf } from './prompts-of.ts'
import { toDeliverable } from './run-stream.ts'
import { keepOf, startAnswer } from './start-answer.ts'

interface Prompt {
  readonly prompt?: string
  readonly user_input?: string
  readonly request_id?: string
  readonly model?: string
  readonly seal?: string
}

const text = { type: 'string' }
const name = { type: 'string', minLength: 1, maxLength: 256 }
const prompt = {
  type: 'object',
  properties: { prompt: text, user_input: text, request_id: name, model: name, seal: text },
}
const defaultPrompt = 'Write something interesting.'

/** Adds the route. */
export function addGenerateStream(app: FastifyInstance, context: GatewayContext): void {
  app.get<{ Querystring: Prompt }>(
    '/generate-stream',
    { schema: { querystring: prompt } },
    (request, reply) => answer(context, request, reply, request.query),
  )
  app.post<{ Body: Prompt }>('/generate-stream', { schema: { body: prompt } }, (request, reply) =>
    answer(context, request, reply, request.body),
  )
}

async function answer(
  context: GatewayContext,
  { headers, log }: FastifyRequest,
  reply: FastifyReply,
  asked: Prompt,
): Promise<void> {
  const mode = sealModeOf(headers, sealOfModel(context.config, asked.model), asked.seal)
  const { value, ingredients } = promptsOf(context, { headers, log }, reply).read(
    asked.prompt || asked.user_input || defaultPrompt,
  )
  const authorization = clientAuthorization(headers, context.config.apiKey)
  const route =
    asked.model === undefined
      ? await context.models.findDefault(authorization)
      : context.models.find(asked.model)
  const requestId = asked.request_id ?? new Date().toISOString()
  const request = {
    model: route.toModel(authorization),
    options: { prompt: value },
    mode,
    seal: { route: '/generate-stream', requestId, ingredients },
    headers,
  }
  const { run, started } = await startAnswer(context, request, {
    response: reply.raw,
    keep: keepOf(headers, {}, 'on'),
    isWhole: false,
  })
  await started
  reply.hijack()
  writeText(toDeliverable(run, mode), reply.raw).catch(error => {
    log.error({ err: error }, 'delivery failed')
    reply.raw.destroy()
  })
}
