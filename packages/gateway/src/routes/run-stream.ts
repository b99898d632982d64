/** One run as an answer under way: counted, and stopped with the gateway. */
import type { ServerResponse } from 'node:http'
import { type Deliverable, type GenerateOptions, generate, type Model, type Run } from '@streamseal/stream'
import type { SealMode } from '../config/read-config.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { onceClosed } from '../http/once-closed.ts'
import { ReaderWatch } from '../http/reader-watch.ts'
import type { SealRequest } from '../sealing/sealing.ts'
import { shuttingDown } from '../upstream/relay-errors.ts'

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

/** Starts the run, sealed as asked; it is cancelled when the reader of `response` leaves, and its reader is left when it does not read. */
export function startRun(
  context: GatewayContext,
  response: ServerResponse,
  { model, options, mode, seal }: RunRequest,
): Run {
  requireRoom(context)
  const { config, sealing } = context
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
  count(context, run, response, () => stop.abort(shuttingDown()))
  return run
}

/** The run as it is delivered: where it is not sealed, no header names a seal. */
export function toDeliverable(run: Run, mode: SealMode): Deliverable {
  if (mode !== 'off') return run
  return {
    id: run.id,
    isSealed: false,
    parts: run.parts,
    metadata: run.metadata,
    get metrics() {
      return run.metrics
    },
    cancel: options => run.cancel(options),
  }
}

/** An answer is under way until its run has ended and its response is closed, so that one that nobody reads still counts. */
function count(
  { streams, config }: GatewayContext,
  run: Run,
  response: ServerResponse,
  stop: () => void,
): void {
  const reader = new ReaderWatch(response, config.betweenTokensTimeoutMs)
  const leave = streams.open({
    check(now) {
      if (reader.isStuck(now)) response.destroy()
    },
    stop,
  })
  onceClosed(response, () => {
    run.cancel({ readerLeft: true })
    run.result().then(leave, leave)
  })
}
