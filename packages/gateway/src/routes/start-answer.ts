/** An answer of `/v1`: a run that is kept where the request, the setting or the route says so, and one that is not where they do not. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { type Run, StreamError } from '@streamseal/stream'
import type { KeptRun, LeavePolicy } from '@streamseal/stream/runs'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { onceClosed } from '../http/once-closed.ts'
import { leavePolicyOf } from '../runs/leave-policy.ts'
import { readOneself } from '../runs/read-oneself.ts'
import { type RunRequest, startKeptRun, startRun } from './run-stream.ts'
import { waitForStart } from './wait-for-start.ts'

/** Whether an answer is kept: `must` and `will` read it into parts to that end, and `must` refuses it where it cannot be kept; `may` keeps what is read into parts anyway. */
export type Keep = 'must' | 'will' | 'may' | 'not'

/** Whether the client itself wants to read the answer again; throws `INVALID_REQUEST` where it says neither `keep` nor `off`. */
function isKeepAsked(headers: IncomingHttpHeaders): boolean | undefined {
  const word = String(headers['streamseal-run'] ?? '').toLowerCase()
  if (word === '') return undefined
  if (word === 'keep' || word === 'off') return word === 'keep'
  throw new GatewayError(`Cannot read Streamseal-Run "${word.slice(0, 40)}": expected "keep" or "off"`, {
    code: 'INVALID_REQUEST',
    param: 'streamseal-run',
  })
}

/** What `Streamseal-Run` says, else OpenAI's `store: false`, else the setting. */
export function keepOf(
  headers: IncomingHttpHeaders,
  body: Readonly<Record<string, unknown>>,
  setting: 'parts' | 'on' | 'off',
): Keep {
  const isAsked = isKeepAsked(headers)
  if (isAsked !== undefined) return isAsked ? 'must' : 'not'
  if (setting === 'off' || body.store === false) return 'not'
  return setting === 'on' ? 'will' : 'may'
}

/** An answer to one client. */
export interface Answer {
  /** What the client reads. */
  readonly run: Run
  /** The run as it is produced: who asks it is no reader, and its error says all that is known. */
  readonly live: Run
  /** As `waitForStart`. */
  readonly started: Promise<void>
  /** Resolves when what is given whole can be read again; at once where it is not kept, and never rejects. */
  readonly stands: Promise<void>
}

/** How an answer is given. */
export interface AnswerOptions {
  readonly response: ServerResponse
  readonly keep: Keep
  /** Whether the client is given the answer at its end, in one piece. */
  readonly isWhole: boolean
}

/** Starts it; it stops when its reader leaves, unless it is kept and `Streamseal-Leave` says otherwise. */
export async function startAnswer(
  context: GatewayContext,
  request: RunRequest,
  { response, keep, isWhole }: AnswerOptions,
): Promise<Answer> {
  if (keep === 'not') return startUnkept(context, request, response)
  const leave = leavePolicyOf(request.headers, 'cancel')
  try {
    return await startKept(context, request, { response, leave, isWhole })
  } catch (error) {
    const isAway = error instanceof StreamError && error.code === 'STORE_UNAVAILABLE'
    if (keep === 'must' || !isAway) throw error
    // Nobody has asked for it to be kept, and the model has not been asked yet.
    context.log.warn({ err: error }, 'an answer is not kept')
    return startUnkept(context, request, response)
  }
}

function startUnkept(context: GatewayContext, request: RunRequest, response: ServerResponse): Answer {
  const run = startRun(context, response, request)
  return { run, live: run, started: startOf(run, context), stands: Promise.resolve() }
}

async function startKept(
  context: GatewayContext,
  request: RunRequest,
  { response, leave, isWhole }: { response: ServerResponse; leave: LeavePolicy; isWhole: boolean },
): Promise<Answer> {
  let begun: Pick<Answer, 'live' | 'started'> | undefined
  // What is told at its end has to be held until then.
  const options = isWhole
    ? { ...request.options, maxLogChars: context.config.maxEventBytes }
    : request.options
  const kept = await startKeptRun(
    context,
    { ...request, options },
    {
      leave,
      response,
      onBegin: live => {
        begun = { live, started: startOf(live, context) }
      },
    },
  )
  const { live, started } = begun ?? { live: kept, started: Promise.resolve() }
  if (!isWhole) return { run: readOneself(kept, live), live, started, stands: Promise.resolve() }
  return { run: live, live, started, stands: attend(kept, response) }
}

/** Reads along until the run's end stands in the log, or until the client leaves, so that the run's leave policy knows of it. */
async function attend(kept: KeptRun, response: ServerResponse): Promise<void> {
  const left = new AbortController()
  onceClosed(response, () => left.abort())
  try {
    for await (const _ of kept.read({ signal: left.signal }));
  } catch {
    // A log that cannot be read just now changes nothing about the answer, which comes from the run itself.
  }
}

/** Whoever gives the answer whole asks for its result instead. */
function startOf(run: Run, { config }: GatewayContext): Promise<void> {
  const started = waitForStart(run, config.heartbeatMs)
  started.catch(() => undefined)
  return started
}
