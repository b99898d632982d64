/** One run as an answer under way: counted, and stopped with the gateway. */
import type { ServerResponse } from 'node:http'
import { type GenerateOptions, generate, type Model, type Run, StreamError } from '@streamseal/stream'
import type { SealMode } from '../config/read-config.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import type { SealRequest } from '../sealing/sealing.ts'

/** What is asked of a model. */
export interface RunRequest {
  readonly model: Model
  readonly options: Omit<GenerateOptions, 'seal' | 'signal' | 'timeouts'>
  readonly mode: SealMode
  readonly seal: Omit<SealRequest, 'mode' | 'provider' | 'model'>
}

/** Throws `OVERLOADED` where as many answers are under way as the gateway may hold. */
export function requireRoom({ streams, config }: GatewayContext): void {
  if (!streams.isFull) return
  throw new GatewayError(`Cannot take another answer: ${config.maxStreams} are under way`, {
    code: 'OVERLOADED',
  })
}

/** Starts the run, sealed as asked. */
export function startRun(context: GatewayContext, { model, options, mode, seal }: RunRequest): Run {
  requireRoom(context)
  const { config, sealing, streams } = context
  const stop = new AbortController()
  const request =
    mode === 'off' ? undefined : { ...seal, mode, provider: model.provider, model: model.modelId }
  const run = generate(model, {
    ...options,
    signal: stop.signal,
    timeouts: {
      // A run's first limit waits for the response's head, which may take as long as a first token.
      connectMs: config.firstTokenTimeoutMs,
      firstTokenMs: config.firstTokenTimeoutMs,
      betweenTokensMs: config.betweenTokensTimeoutMs,
      totalMs: config.totalTimeoutMs,
    },
    ...(request === undefined ? {} : { seal: sealing.forRun(request) }),
  })
  if (request !== undefined) sealing.keepRun(run, request)
  const leave = streams.open({ check: () => undefined, stop: () => stop.abort(shuttingDown()) })
  run.result().then(leave, leave)
  return run
}

/** Cancels the run when its reader leaves, or has left already. */
export function cancelOnLeave(run: Run, response: ServerResponse): void {
  if (response.destroyed) run.cancel()
  else response.on('close', () => run.cancel())
}

function shuttingDown(): StreamError {
  return new StreamError('Cannot finish the answer: the gateway is shutting down', { code: 'OVERLOADED' })
}
