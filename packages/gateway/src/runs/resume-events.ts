/** An event stream that its reader comes back to: `Last-Event-ID` names the run and the last part, and the model is never asked again. */
import type { KeptRun } from '@streamseal/stream/runs'
import type { FastifyReply } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { openReader } from '../routes/run-stream.ts'
import { isAnswerRead } from './answer-reader.ts'
import { deliverRun, type RunDelivery, requireResumable } from './deliver-run.ts'
import { readPlace } from './run-place.ts'

/** Goes on after the place that `eventId` names; 204 where the run has been read whole, or is not kept: it tells an `EventSource` to stay away (WHATWG HTML §9.2.3). */
export async function resumeEvents(
  context: GatewayContext,
  eventId: string,
  delivery: Omit<RunDelivery, 'after'>,
): Promise<FastifyReply | undefined> {
  const place = readPlace(eventId)
  const run = place === undefined ? undefined : await context.runs.open(place.id)
  const { headers } = delivery.request
  if (run === undefined || (await isAnswerRead(context, run, { after: place?.after, headers })))
    return delivery.reply.code(204).send()
  readOn(context, run, { ...delivery, after: place?.after })
  return undefined
}

/** Delivers a run to one more reader. */
export function readOn(context: GatewayContext, run: KeptRun, delivery: RunDelivery): void {
  requireResumable(delivery.format, delivery.after)
  openReader(context, delivery.request.headers, delivery.reply.raw)
  deliverRun(context, run, delivery)
}
