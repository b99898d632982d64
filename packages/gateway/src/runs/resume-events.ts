/** An event stream that its reader comes back to: `Last-Event-ID` names the run and the last part, and the model is never asked again. */
import type { KeptRun } from '@streamseal/stream/runs'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { openReader } from '../routes/run-stream.ts'
import { deliverEvents } from './deliver-events.ts'
import { isReadWhole, readPlace } from './run-place.ts'

/** Goes on after the place that `eventId` names; 204 where the run has been read whole, or is not kept: it tells an `EventSource` to stay away (WHATWG HTML §9.2.3). */
export async function resumeEvents(
  context: GatewayContext,
  eventId: string,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply | undefined> {
  const place = readPlace(eventId)
  const run = place === undefined ? undefined : await context.runs.open(place.id)
  if (run === undefined || isReadWhole(run.record, place?.after)) return reply.code(204).send()
  readOn(context, run, { request, reply, after: place?.after })
  return undefined
}

/** Delivers a run to one more reader. */
export function readOn(
  context: GatewayContext,
  run: KeptRun,
  { request, reply, after }: { request: FastifyRequest; reply: FastifyReply; after: number | undefined },
): void {
  openReader(context, request.headers, reply.raw)
  deliverEvents(context, run, { request, reply, after })
}
