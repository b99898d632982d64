/** `POST /api/chat` and `GET /api/chat/:id/stream`: the AI SDK's `useChat`, to which a browser may come back. */
import type { Message } from '@streamseal/stream'
import type { KeptRun } from '@streamseal/stream/runs'
import { writeUiMessage } from '@streamseal/stream/ui-message'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { sealOfModel } from '../models/model-rules.ts'
import { openChatRuns } from '../runs/chat-runs.ts'
import { toKeptDeliverable } from '../runs/deliver-run.ts'
import { sealModeOf } from '../sealing/seal-header.ts'
import { clientAuthorization } from '../upstream/authorization.ts'
import { promptsOf } from './prompts-of.ts'
import { openReader, startKeptRun } from './run-stream.ts'

const chatId = { type: 'string', minLength: 1, maxLength: 256 }
const body = {
  type: 'object',
  required: ['id', 'messages'],
  properties: {
    id: chatId,
    messages: { type: 'array', minItems: 1, maxItems: 1000 },
    model: chatId,
    seal: { type: 'string' },
  },
}

interface ChatBody {
  readonly id: string
  readonly messages: readonly unknown[]
  readonly model?: string
  readonly seal?: string
}

const route = '/api/chat'

/** Adds the routes. */
export function addApiChat(app: FastifyInstance, context: GatewayContext): void {
  const chats = openChatRuns(
    context.config.dataDirectory,
    context.config.totalTimeoutMs + context.config.keepRunsMs,
  )
  app.addHook('onClose', (_app, done) => {
    chats.close()
    done()
  })
  app.post<{ Body: ChatBody }>(route, { schema: { body } }, async (request, reply) => {
    const run = await start(context, request, reply)
    chats.set(request.body.id, run.id)
    deliver(context, run, { request, reply })
  })
  app.get<{ Params: { id: string } }>(`${route}/:id/stream`, async (request, reply) => {
    const runId = chats.find(request.params.id)
    const run = runId === undefined ? undefined : await context.runs.open(runId)
    // The client has no message to go on with: what has ended is in its history (AI SDK, "Chatbot Resume Streams").
    if (run?.state !== 'running') return reply.code(204).send()
    openReader(context, request.headers, reply.raw)
    deliver(context, run, { request, reply })
    return undefined
  })
}

async function start(
  context: GatewayContext,
  { headers, log, body: asked }: FastifyRequest<{ Body: ChatBody }>,
  reply: FastifyReply,
): Promise<KeptRun> {
  const { config, models } = context
  const mode = sealModeOf(headers, sealOfModel(config, asked.model), asked.seal)
  const prompts = promptsOf(context, { headers, log }, reply)
  const { value: messages, ingredients } = prompts.read(asked.messages.map(readUiMessage))
  const authorization = clientAuthorization(headers, config.apiKey)
  const way = asked.model === undefined ? await models.findDefault(authorization) : models.find(asked.model)
  const model = way.toModel(authorization)
  const request = { model, options: { messages }, mode, seal: { route, ingredients }, headers }
  return startKeptRun(context, request, { leave: 'continue', response: reply.raw })
}

function deliver(
  { config }: GatewayContext,
  run: KeptRun,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): void {
  reply.hijack()
  writeUiMessage(toKeptDeliverable(run), reply.raw, { heartbeatMs: config.heartbeatMs }).catch(error => {
    request.log.error({ err: error }, 'delivery failed')
    reply.raw.destroy()
  })
}

/** A message of the AI SDK as a model is asked: its texts; what a model thought or called, or a page drew beside it, is left out. */
function readUiMessage(message: unknown, index: number): Message {
  const { role, parts } = Object(message) as { role?: unknown; parts?: unknown }
  if ((role !== 'system' && role !== 'user' && role !== 'assistant') || !Array.isArray(parts)) {
    throw invalid(`Cannot read messages[${index}]: expected a role and parts`, index)
  }
  const texts = parts.flatMap(part => {
    const { type, text } = Object(part) as { type?: unknown; text?: unknown }
    if (type === 'file') throw invalid(`Cannot read messages[${index}]: files are not taken here`, index)
    return type === 'text' && typeof text === 'string' ? [text] : []
  })
  return { role, content: texts.join('') }
}

function invalid(message: string, index: number): GatewayError {
  return new GatewayError(message, { code: 'INVALID_REQUEST', param: `messages[${index}]` })
}
