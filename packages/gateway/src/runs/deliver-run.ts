/** A kept run, in the format that its reader asked for, to whoever asked or came back. */
import type { Deliverable, Part } from '@streamseal/stream'
import type { KeptRun } from '@streamseal/stream/runs'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import type { RunFormat } from './run-formats.ts'

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

/** Who reads, how, and from where. */
export interface RunDelivery {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly format: RunFormat
  /** The cursor that was read last. */
  readonly after?: number | undefined
}

/** Throws `INVALID_REQUEST` where a reader who comes back asks for a format that knows a whole answer only. */
export function requireResumable(format: RunFormat, after: number | undefined): void {
  if (after === undefined || after === 0 || format.resumes) return
  throw new GatewayError(
    `Cannot go on after the cursor ${after} as "${format.name}": it is read from the beginning`,
    { code: 'INVALID_REQUEST', param: 'format' },
  )
}

/** Writes the run, or what comes after the cursor `after`. */
export function deliverRun(
  { config }: GatewayContext,
  run: KeptRun,
  { request, reply, format, after }: RunDelivery,
): void {
  const { modelId, end } = run.record
  const isRead = after !== undefined && format.readsWhole !== true
  const deliverable = toKeptDeliverable(run, isRead ? run.read({ after }) : run.parts)
  reply.hijack()
  format
    .write(deliverable, reply.raw, {
      model: end?.model ?? modelId,
      heartbeatMs: config.heartbeatMs,
      stallTimeoutMs: config.betweenTokensTimeoutMs,
      ...(after === undefined ? {} : { after }),
    })
    .catch(error => {
      request.log.error({ err: error }, 'delivery failed')
      reply.raw.destroy()
    })
}
