/** A kept run, in the format that its reader asked for, to whoever asked or came back. */
import type { Deliverable, Part } from '@streamseal/stream'
import type { KeptRun } from '@streamseal/stream/runs'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { AnswerReader } from './answer-reader.ts'
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

/** The same, asked again where it is lost and nobody has seen any of it. */
function toDeliverable(run: KeptRun, reader: AnswerReader): Deliverable {
  return {
    ...toKeptDeliverable(run, reader),
    get metrics() {
      return reader.run.metrics
    },
    cancel: options => reader.run.cancel(options),
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
  context: GatewayContext,
  run: KeptRun,
  { request, reply, format, after }: RunDelivery,
): void {
  const { config } = context
  const { modelId, end } = run.record
  const reader = new AnswerReader(context, run, {
    headers: request.headers,
    after: format.readsWhole === true ? 0 : after,
  })
  reply.hijack()
  format
    .write(toDeliverable(run, reader), reply.raw, {
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
