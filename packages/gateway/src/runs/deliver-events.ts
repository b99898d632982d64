/** A kept run as an event stream, to whoever asked or came back. */
import type { Deliverable, Part } from '@streamseal/stream'
import type { KeptRun } from '@streamseal/stream/runs'
import { writeSse } from '@streamseal/stream/sse'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'

/** The run as it is delivered: what we keep beside it is not the reader's, and where it is not sealed, no header names a seal. */
export function toKeptDeliverable(run: KeptRun, parts: AsyncIterable<Part> = run.parts): Deliverable {
  return {
    id: run.id,
    isSealed: run.metadata.seal !== 'off',
    parts,
    get metrics() {
      return run.metrics
    },
    cancel: options => run.cancel(options),
  }
}

/** Writes the run, or what comes after the cursor `after`; the final frame holds the whole text either way. */
export function deliverEvents(
  { config }: GatewayContext,
  run: KeptRun,
  { request, reply, after }: { request: FastifyRequest; reply: FastifyReply; after?: number | undefined },
): void {
  reply.hijack()
  const options = { heartbeatMs: config.heartbeatMs, ...(after === undefined ? {} : { after }) }
  writeSse(toKeptDeliverable(run), reply.raw, options).catch(error => {
    request.log.error({ err: error }, 'delivery failed')
    reply.raw.destroy()
  })
}
