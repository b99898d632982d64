/** `WS /runs/:id/stream`: a kept run over a socket, from its beginning or after a cursor; `{"type": "cancel"}` stops the run, leaving does not. */
import type { IncomingMessage } from 'node:http'
import { createPartMessages } from '@streamseal/stream/ndjson'
import type { KeptRun } from '@streamseal/stream/runs'
import { createQueryFrames, webSocket } from '@streamseal/stream/web-socket'
import type { WebSocket } from 'ws'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError, toFailure } from '../http/gateway-error.ts'
import { logFailure } from '../http/log-failure.ts'
import { AnswerReader, isAnswerRead } from '../runs/answer-reader.ts'
import { toKeptDeliverable } from '../runs/deliver-run.ts'
import { findRun } from '../runs/find-run.ts'
import { openSocketReader } from './run-stream.ts'

/** How a socket speaks: typed parts that can be read on after a cursor, or the messages of `/ws`. */
export type SocketFormat = 'parts' | 'frames'

/** A policy violation (RFC 6455 §7.4.1): nothing here for whoever asked. */
const refusedCode = 1008
const normalClosure = 1000

/** Reads `?format=`; throws `INVALID_REQUEST` for a name that is none. */
export function readSocketFormat(params: URLSearchParams, fallback: SocketFormat): SocketFormat {
  const name = params.get('format') ?? fallback
  if (name === 'parts' || name === 'frames') return name
  throw new GatewayError(`Cannot speak "${name.slice(0, 40)}" over a WebSocket: expected parts or frames`, {
    code: 'INVALID_REQUEST',
    param: 'format',
  })
}

/** Reads `?after=`; throws `INVALID_REQUEST` where it is no cursor. */
export function readAfterParameter(params: URLSearchParams): number | undefined {
  const after = params.get('after')
  if (after === null) return undefined
  if (/^\d{1,15}$/.test(after)) return Number(after)
  throw new GatewayError(`Cannot read after "${after.slice(0, 40)}": expected a cursor`, {
    code: 'INVALID_REQUEST',
    param: 'after',
  })
}

/** An error as a part under the cursor 0, which is before any: who reads parts is told, and comes back or not as `retryable` says. */
export function errorPart(error: unknown): string {
  const { code, message, retryable } = toFailure(error)
  return JSON.stringify({ type: 'error', code, message, retryable, cursor: 0 })
}

/** Which run is read, and how. */
export interface RunReading {
  readonly id: string
  readonly after: number | undefined
  readonly format: SocketFormat
}

/** Serves the socket, and closes it when the run has been told. */
export async function serveRun(
  context: GatewayContext,
  socket: WebSocket,
  { request, reading }: { readonly request: IncomingMessage; readonly reading: RunReading },
): Promise<void> {
  let leave: (() => void) | undefined
  try {
    leave = openSocketReader(context, request.headers)
    const run = await findRun(context, reading.id)
    if (await isAnswerRead(context, run, { after: reading.after ?? 0, headers: request.headers }))
      socket.close(normalClosure)
    else await deliver(context, socket, run, { ...reading, headers: request.headers })
  } catch (error) {
    const { code } = toFailure(error)
    if (code === 'INTERNAL') logFailure(context.log, error)
    if (socket.readyState === socket.OPEN) socket.send(errorPart(error))
    socket.close(refusedCode, code)
  } finally {
    leave?.()
  }
}

async function deliver(
  context: GatewayContext,
  socket: WebSocket,
  run: KeptRun,
  { after, format, headers }: RunReading & Pick<IncomingMessage, 'headers'>,
): Promise<void> {
  const { config, runs, log } = context
  const reader = new AnswerReader(context, run, { headers, after: format === 'parts' ? after : 0 })
  socket.on('message', data => {
    if (isCancel(String(data))) runs.cancel(reader.run.id).catch(error => logFailure(log, error))
  })
  await webSocket(toKeptDeliverable(run, reader), socket, {
    frames:
      format === 'parts'
        ? createPartMessages(run.id)
        : createQueryFrames({ metrics: () => reader.run.metrics }),
    heartbeatMs: config.heartbeatMs,
    stallTimeoutMs: config.betweenTokensTimeoutMs,
    onLeave: 'continue',
    closeAtEnd: true,
  })
}

function isCancel(text: string): boolean {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type === 'cancel'
  } catch {
    // Only one message means something here, and this is not it.
    return false
  }
}
