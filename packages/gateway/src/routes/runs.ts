/** `GET /runs/:id`, `GET /runs/:id/stream` and `POST /runs/:id/cancel`: any run that is kept, looked at, read again, stopped. */
import type { KeptRun, RunRecord } from '@streamseal/stream/runs'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { isAnswerRead } from '../runs/answer-reader.ts'
import { findRun } from '../runs/find-run.ts'
import { cancelSuccessors } from '../runs/lost-answer.ts'
import { readOn } from '../runs/resume-events.ts'
import { readFormat } from '../runs/run-formats.ts'
import { readPlace } from '../runs/run-place.ts'

interface ById {
  Params: { id: string }
}

interface Reading {
  Querystring: { after?: string; format?: string }
}

const querystring = {
  type: 'object',
  properties: { after: { type: 'string', pattern: '^\\d{1,15}$' }, format: { type: 'string' } },
}

/** Adds the routes. Who has the id, and the gateway's key where it has one, may read and stop a run. */
export function addRuns(app: FastifyInstance, context: GatewayContext): void {
  app.get<ById>('/runs/:id', async ({ params }) => toBody(await findRun(context, params.id)))
  app.get<ById & Reading>('/runs/:id/stream', { schema: { querystring } }, async (request, reply) => {
    const run = await findRun(context, request.params.id)
    const format = readFormat(request.query.format, request.headers)
    const after = readAfter(request)
    if (after !== undefined && (await isAnswerRead(context, run, { after, headers: request.headers })))
      return reply.code(204).send()
    readOn(context, run, { request, reply, format, after })
    return undefined
  })
  app.post<ById>('/runs/:id/cancel', async ({ params }) => {
    const run = await findRun(context, params.id)
    const cancelled = (await context.runs.cancel(run.id)) || (await cancelSuccessors(context, run.id))
    return { id: run.id, cancelled }
  })
}

/** The cursor of `Last-Event-ID`, which an `EventSource` sends by itself, or of `?after=`. */
function readAfter({ headers, params, query }: FastifyRequest<ById & Reading>): number | undefined {
  const eventId = headers['last-event-id']
  if (eventId === undefined || eventId === '')
    return query.after === undefined ? undefined : Number(query.after)
  const place = readPlace(String(eventId))
  if (place?.id === params.id) return place.after
  throw new GatewayError(
    `Cannot go on after Last-Event-ID "${String(eventId).slice(0, 40)}": it is no event of the run "${params.id}"`,
    { code: 'INVALID_REQUEST', param: 'last-event-id' },
  )
}

function toBody({ record, metrics }: KeptRun): object {
  const { id, state, provider, modelId, createdAt, lastCursor, metadata, end } = record
  return {
    id,
    state,
    provider,
    model: end?.model ?? modelId,
    route: metadata.route,
    request_id: metadata.requestId,
    created_at: new Date(createdAt).toISOString(),
    last_cursor: lastCursor,
    metrics,
    ...(end === undefined ? {} : endOf(end)),
  }
}

function endOf({ endedAt, finishReason, usage, seal, error }: NonNullable<RunRecord['end']>): object {
  return {
    ended_at: new Date(endedAt).toISOString(),
    finish_reason: finishReason,
    usage,
    seal: seal === undefined ? undefined : { stream_id: seal.streamId, detached: seal.detached },
    error:
      error === undefined
        ? undefined
        : { code: error.code, message: error.message, retryable: error.retryable },
  }
}
