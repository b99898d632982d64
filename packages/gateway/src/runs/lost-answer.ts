/**
 * What becomes of a run whose gateway died before anybody can have seen any of the answer: with `STREAMSEAL_LOST_RUNS=ask-again`
 * the model is asked once more, by whichever gateway a reader comes to first, and every reader of the lost run is given that
 * answer. Where something had been said, a second answer would contradict it, and readers are told that the run is incomplete.
 */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type Part, StreamError } from '@streamseal/stream'
import type { KeptRun } from '@streamseal/stream/runs'
import type { GatewayContext } from '../gateway-context.ts'
import { startKeptRun } from '../routes/run-stream.ts'
import { clientAuthorization } from '../upstream/authorization.ts'
import type { Question } from './question.ts'

/** How often a model is asked the same question. */
const maxAsked = 3

/** The run that answers in the place of a lost one, asked now unless it has been; `undefined` where the run is not lost, or has spoken. */
export async function successorOf(
  context: GatewayContext,
  run: KeptRun,
  headers: IncomingHttpHeaders,
): Promise<KeptRun | undefined> {
  const { metadata, state, end } = run.record
  if (context.config.runs.lost !== 'ask-again') return undefined
  const question = metadata.question as Question | undefined
  // An end that another process had to write knows no figures; one that the run's own process wrote is the provider's doing.
  if (question === undefined || state !== 'incomplete' || end?.metrics !== undefined) return undefined
  const id = successorId(run.id)
  const known = await context.runs.open(id)
  if (known !== undefined) return known
  if (question.asked >= maxAsked || (await hasSpoken(run))) return undefined
  return ask(context, run, { id, question, headers })
}

/** Stops what answers in the place of a lost run; the answer is whether anything was running. */
export async function cancelSuccessors({ runs, config }: GatewayContext, id: string): Promise<boolean> {
  if (config.runs.lost !== 'ask-again') return false
  let next = id
  for (let asked = 1; asked < maxAsked; asked++) {
    next = successorId(next)
    if (await runs.cancel(next)) return true
  }
  return false
}

/** The same for every gateway, so that the store lets one of them ask. */
function successorId(id: string): string {
  return createHash('sha256').update(`asked again: ${id}`).digest('hex').slice(0, 16)
}

/** What a reader may have been given without having seen anything of the answer. */
const silent: ReadonlySet<Part['type']> = new Set([
  'start',
  'text-start',
  'text-end',
  'reasoning-start',
  'reasoning-end',
  'usage',
  'error',
  'restart',
])

async function hasSpoken(run: KeptRun): Promise<boolean> {
  for await (const { type } of run.read()) if (!silent.has(type)) return true
  return false
}

interface Asking {
  readonly id: string
  readonly question: Question
  readonly headers: IncomingHttpHeaders
}

async function ask(
  context: GatewayContext,
  lost: KeptRun,
  { id, question, headers }: Asking,
): Promise<KeptRun | undefined> {
  const { modelName, asked, ...request } = question
  const { models, config, runs } = context
  const authorization = clientAuthorization(headers, config.apiKey)
  const way = modelName === '' ? await models.findDefault(authorization) : models.find(modelName)
  try {
    return await startKeptRun(
      context,
      { ...request, model: way.toModel(authorization), modelName, asked: asked + 1, headers },
      { leave: lost.record.leave, id },
    )
  } catch (error) {
    // Another gateway was faster.
    if (error instanceof StreamError && error.code === 'RUN_EXISTS') return runs.open(id)
    throw error
  }
}
