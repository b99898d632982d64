/** One run as an answer under way: counted, and stopped with the gateway. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { type Deliverable, type GenerateOptions, generate, type Model, type Run } from '@streamseal/stream'
import type { KeptRun, LeavePolicy } from '@streamseal/stream/runs'
import type { Webhooks } from '@streamseal/stream/webhooks'
import type { SealMode } from '../config/read-config.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { keyDigest } from '../http/access.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { onceClosed } from '../http/once-closed.ts'
import { ReaderWatch } from '../http/reader-watch.ts'
import { questionOf } from '../runs/question.ts'
import type { SealRequest } from '../sealing/sealing.ts'
import { traceHeaders } from '../telemetry/trace-headers.ts'
import { shuttingDown } from '../upstream/relay-errors.ts'

/** What is asked of a model. */
export interface RunRequest {
  readonly model: Model
  readonly options: Omit<GenerateOptions, 'seal' | 'signal' | 'timeouts'>
  readonly mode: SealMode
  readonly seal: Omit<SealRequest, 'mode' | 'provider' | 'model'>
  /** Those of the request, for the limits of its key. */
  readonly headers: IncomingHttpHeaders
  /** The model as the client named it, empty where it named none: says that the question may be asked again where its run is lost. */
  readonly modelName?: string
  /** How often the question has been asked, this time included; default 1. */
  readonly asked?: number
}

/** Throws `OVERLOADED` where as many answers are under way as the gateway may hold, and `RATE_LIMITED` where its key has as many as one may. */
export function requireRoom({ streams, config }: GatewayContext, headers: IncomingHttpHeaders = {}): void {
  if (streams.isFull) {
    throw new GatewayError(`Cannot take another answer: ${config.maxStreams} are under way`, {
      code: 'OVERLOADED',
    })
  }
  if (!streams.isFullFor(keyDigest(headers))) return
  throw new GatewayError(
    `Cannot take another answer: ${config.maxStreamsPerKey} are under way for this key`,
    {
      code: 'RATE_LIMITED',
      headers: { 'retry-after': '1' },
    },
  )
}

/** Starts the run, sealed as asked; it is cancelled when the reader of `response` leaves, and its reader is left when it does not read. */
export function startRun(context: GatewayContext, response: ServerResponse, request: RunRequest): Run {
  requireRoom(context, request.headers)
  const stop = new AbortController()
  const run = generate(request.model, toOptions(context, request, stop.signal))
  watchOver(context, run, request)
  const leave = openStream(context, request.headers, { response, stop })
  onceClosed(response, () => {
    run.cancel({ readerLeft: true })
    run.result().then(leave, leave)
  })
  return run
}

/** How a run is kept. */
export interface Keeping {
  /** What becomes of it when its last reader leaves. */
  readonly leave: LeavePolicy
  /** Where its first reader reads, if over HTTP; else when that one has read it. */
  readonly response?: ServerResponse
  readonly isRead?: Promise<void>
  /** Default: a new one. */
  readonly id?: string
  /** As that of `Runs.start`. */
  readonly onBegin?: (run: Run) => void
}

/** Starts a run that is kept: it can be read again, and read elsewhere. Rejects as `Runs.start`. */
export async function startKeptRun(
  context: GatewayContext,
  request: RunRequest,
  { leave, response, isRead = Promise.resolve(), id, onBegin }: Keeping,
): Promise<KeptRun> {
  requireRoom(context, request.headers)
  const stop = new AbortController()
  const close = openStream(context, request.headers, {
    stop,
    ...(response === undefined ? {} : { response }),
  })
  const isOver = response === undefined ? isRead : closed(response)
  const { route, requestId } = request.seal
  const question = questionOf(context.config, request)
  let live: Run | undefined
  try {
    const kept = await context.runs.start(request.model, {
      ...toOptions(context, request, stop.signal),
      leave,
      ...(id === undefined ? {} : { id }),
      metadata: {
        route,
        seal: request.mode,
        ...(requestId === undefined ? {} : { requestId }),
        ...(question === undefined ? {} : { question }),
      },
      ...keyOf(request.headers),
      onBegin(run) {
        live = run
        watchOver(context, run, request)
        onBegin?.(run)
        // How it ended is told by its last part, and to webhooks: here it matters that it has.
        const ended = run.result().catch(() => undefined)
        void Promise.all([ended, isOver]).then(close)
      },
    })
    if (response !== undefined && leave !== 'continue') {
      onceClosed(response, () => {
        if (live?.state === 'running') comeAndGo(kept)
      })
    }
    return kept
  } catch (error) {
    close()
    throw error
  }
}

/** A reader who went before it began to read has left all the same: the run's policy is to know. */
function comeAndGo(run: KeptRun): void {
  const reader = run.parts
  // Whatever there is to read, or is wrong with it, is nobody's any more.
  reader.next().catch(() => undefined)
  reader.return?.().catch(() => undefined)
}

/** Counts one more reader of a run, who is left when it does not read; throws as `requireRoom`. */
export function openReader(
  context: GatewayContext,
  headers: IncomingHttpHeaders,
  response: ServerResponse,
): void {
  requireRoom(context, headers)
  // With the gateway a run that it produces ends, and with that its readers; those of others' come back elsewhere.
  const leave = openStream(context, headers, { response, stop: new AbortController() })
  onceClosed(response, leave)
}

/** The same for who reads over a socket, which looks after itself; ends when the function that it returns is called. */
export function openSocketReader(context: GatewayContext, headers: IncomingHttpHeaders): () => void {
  requireRoom(context, headers)
  return openStream(context, headers, { stop: new AbortController() })
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

function toOptions(
  { config, sealing }: GatewayContext,
  request: RunRequest,
  signal: AbortSignal,
): GenerateOptions {
  const seal = toSealRequest(request)
  return {
    ...request.options,
    // Prompts are cleaned where they come in, by the gateway's own policy.
    hiddenText: 'keep',
    headers: { ...traceHeaders(request.headers), ...request.options.headers },
    signal,
    timeouts: {
      // A run's first limit waits for the response's head, which may take as long as a first token.
      connectMs: config.firstTokenTimeoutMs,
      firstTokenMs: config.firstTokenTimeoutMs,
      betweenTokensMs: config.betweenTokensTimeoutMs,
      totalMs: config.totalTimeoutMs,
    },
    ...(seal === undefined ? {} : { seal: sealing.forRun(seal) }),
  }
}

function toSealRequest({ seal, mode, model }: RunRequest): SealRequest | undefined {
  return mode === 'off' ? undefined : { ...seal, mode, provider: model.provider, model: model.modelId }
}

/** What happens to every run, whoever reads it: its closings are kept, and its receivers told. */
function watchOver(context: GatewayContext, run: Run, request: RunRequest): void {
  const seal = toSealRequest(request)
  if (seal !== undefined) context.sealing.keepRun(run, seal)
  context.webhooks
    ?.watch(toTold(run))
    .catch(error => context.log.error({ err: error }, 'cannot keep a webhook'))
}

/** The run as receivers are told of it: the question, which is kept to be asked again, is not theirs. */
function toTold(run: Run): Parameters<Webhooks['watch']>[0] {
  const { question: _question, ...metadata } = run.metadata
  const { id, provider, modelId } = run
  return {
    id,
    provider,
    modelId,
    metadata,
    get state() {
      return run.state
    },
    result: () => run.result(),
  }
}

function keyOf(headers: IncomingHttpHeaders): { key?: string } {
  const key = keyDigest(headers)
  return key === undefined ? {} : { key }
}

/** An answer is under way until its run has ended and its response is closed, so that one that nobody reads still counts. */
function openStream(
  { streams, config }: GatewayContext,
  headers: IncomingHttpHeaders,
  { response, stop }: { response?: ServerResponse; stop: AbortController },
): () => void {
  const reader = response === undefined ? undefined : new ReaderWatch(response, config.betweenTokensTimeoutMs)
  const stream = {
    check(now: number): void {
      if (reader?.isStuck(now)) response?.destroy()
    },
    stop: () => stop.abort(shuttingDown()),
  }
  return streams.open(stream, keyDigest(headers))
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    onceClosed(response, resolve)
  })
}
