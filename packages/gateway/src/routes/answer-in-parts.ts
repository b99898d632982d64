/** Any model's answer in a vendor's dialect: the request read into ours, the run written as that vendor's clients read it. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Deliverable, Run } from '@streamseal/stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SealMode } from '../config/read-config.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { ModelRoute } from '../models/model-route.ts'
import { clientAuthorization } from '../upstream/authorization.ts'
import type { AnswerBody } from './read-answer-body.ts'
import { type RunRequest, toDeliverable } from './run-stream.ts'
import { keepOf, startAnswer } from './start-answer.ts'

/** How a vendor's clients ask and are answered. */
export interface Dialect {
  /** The path, as it is kept with the answers. */
  readonly path: string
  /** Reads a body; throws `INVALID_REQUEST` where it cannot be carried to another provider. */
  read(body: unknown): { readonly request: RunRequest['options'] }
  /** What of a body goes to the provider as it is, because that speaks the same dialect; by default nothing. */
  carry?(value: Record<string, unknown>, route: ModelRoute): Record<string, unknown> | undefined
  /** Writes a streamed answer, head included. */
  write(run: Deliverable, response: ServerResponse, options: WriteOptions): Promise<void>
  /** Waits for the answer and gives it whole. */
  whole(run: Deliverable, options: { model: string }): Promise<object>
}

interface WriteOptions {
  readonly model: string
  readonly heartbeatMs: number
  readonly stallTimeoutMs: number
}

/** A request that is answered in parts. */
export interface PartsExchange {
  readonly context: GatewayContext
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly dialect: Dialect
  readonly body: AnswerBody
  readonly mode: SealMode
  readonly route: ModelRoute
}

/** Answers it, streamed or whole, sealed as asked; rejects with what a client is to be told where nothing has been sent. */
export async function answerInParts(exchange: PartsExchange): Promise<FastifyReply | undefined> {
  const { context, request, reply, dialect, body, mode, route } = exchange
  const options = dialect.read(body.value).request
  const providerOptions = dialect.carry?.(body.value, route)
  const asked: RunRequest = {
    model: route.toModel(clientAuthorization(request.headers, context.config.apiKey)),
    // These APIs' clients try again by themselves, and are to see a limit when it is told.
    options: {
      ...options,
      retry: false,
      ...(providerOptions === undefined ? {} : { providerOptions }),
      headers: betaHeaders(request.headers, route),
    },
    mode,
    seal: {
      route: dialect.path,
      ingredients: body.ingredients,
      format: options.responseFormat?.type === 'json' ? 'json' : 'markdown',
    },
    headers: request.headers,
  }
  const { model } = body
  const { run, live, started, stands } = await startAnswer(context, asked, {
    response: reply.raw,
    keep: keepOf(request.headers, body.value, context.config.runs.keepV1),
    isWhole: !body.isStreaming,
  })
  if (body.isStreaming) {
    await started.catch(error => throwOwn(live, error))
    stream(exchange, toDeliverable(run, mode))
    return undefined
  }
  const whole = await dialect.whole(run, { model }).catch(error => throwOwn(live, error))
  await stands
  if (mode !== 'off') reply.header('streamseal-stream-id', run.id)
  return reply.send(whole)
}

/** Which of Anthropic's features a client wants: that provider's business alone. */
function betaHeaders(headers: IncomingHttpHeaders, { anthropic }: ModelRoute): Record<string, string> {
  const beta = headers['anthropic-beta']
  return anthropic === undefined || beta === undefined ? {} : { 'anthropic-beta': String(beta) }
}

/** Throws what the run failed with, which says more than its last part does: how long the provider asks to wait. */
async function throwOwn(run: Run, error: unknown): Promise<never> {
  await run.result()
  throw error
}

function stream({ context, request, reply, dialect, body }: PartsExchange, run: Deliverable): void {
  const { heartbeatMs, betweenTokensTimeoutMs: stallTimeoutMs } = context.config
  reply.hijack()
  dialect.write(run, reply.raw, { model: body.model, heartbeatMs, stallTimeoutMs }).catch(error => {
    request.log.error({ err: error }, 'delivery failed')
    reply.raw.destroy()
  })
}
