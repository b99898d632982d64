/** How much of a chat its model is shown: the newest turns that fit, and a summary of the rest where one is asked for. */
import type { Message, Model } from '../contract.ts'
import { generate } from '../generate.ts'
import { isBlank, shownTurn, textOf, turnsOf } from './history.ts'
import type { ChatMessage } from './memory.ts'

/** What fits. */
export interface ChatWindow {
  /** Tokens of history, estimated at four characters each; default 100,000. */
  maxTokens?: number
  /** Messages of history; default no limit. */
  maxMessages?: number
  /**
   * Summarises what does not fit any more, with this model, or with the chat's own (`true`); default: it is left out.
   * Each request for a summary is at most `maxTokens` long too: more is summarised step by step, and one message that is longer is cut.
   * Where the model fails, the turn goes on without what does not fit, and the next turn asks for the summary again.
   */
  summarize?: boolean | Model
}

/** What the model is shown of the past. */
export interface ShownHistory {
  messages: Message[]
  /** What stands for the rest, for the system's message. */
  preface?: string
  /** A new summary, to be kept. */
  summary?: ChatMessage
}

/** What a history is fitted with. */
export interface FitOptions {
  window: ChatWindow
  model: Model
  signal: AbortSignal
  now: () => Date
}

const charactersPerToken = 4
const defaultMaxTokens = 100_000

/** The newest turns that fit, with what stands for the older ones. */
export async function fitHistory(
  history: readonly ChatMessage[],
  options: FitOptions,
): Promise<ShownHistory> {
  const summary = history.filter(({ summaryUpTo }) => summaryUpTo !== undefined).at(-1)
  const turns = turnsOf(history.filter(({ summaryUpTo }) => summaryUpTo === undefined))
  const open = turnsAfter(turns, summary?.summaryUpTo)
  const fitting = newestThatFit(open, options.window)
  const older = open.slice(0, open.length - fitting.length)
  const { summarize = false } = options.window
  if (older.length === 0 || summarize === false) return shown(fitting, summary)
  const model = summarize === true ? options.model : summarize
  const newer = await summarise(older, summary, model, options)
  // Without a summary, what does not fit is left out, as without `summarize`, and summarised the next time.
  return newer === undefined ? shown(fitting, summary) : { ...shown(fitting, newer), summary: newer }
}

function turnsAfter(turns: ChatMessage[][], turnId: string | undefined): ChatMessage[][] {
  if (turnId === undefined) return turns
  return turns.slice(turns.findIndex(turn => turn[0]?.turnId === turnId) + 1)
}

function newestThatFit(
  turns: ChatMessage[][],
  { maxTokens = defaultMaxTokens, maxMessages = Number.POSITIVE_INFINITY }: ChatWindow,
): ChatMessage[][] {
  let characters = 0
  let messages = 0
  let first = turns.length
  for (; first > 0; first -= 1) {
    const turn = turns[first - 1] ?? []
    characters += turn.reduce((sum, { content }) => sum + JSON.stringify(content).length, 0)
    messages += turn.length
    if (characters > maxTokens * charactersPerToken || messages > maxMessages) break
  }
  return turns.slice(first)
}

function shown(turns: ChatMessage[][], summary: ChatMessage | undefined): ShownHistory {
  const messages = turns.flatMap(shownTurn)
  if (summary === undefined) return { messages }
  return { messages, preface: `What was said before, in short:\n${textOf(summary.content)}` }
}

/** Rejects where it is stopped; where the model fails or says nothing, gives the last summary that came, of none at all `undefined`. */
async function summarise(
  older: ChatMessage[][],
  before: ChatMessage | undefined,
  model: Model,
  options: FitOptions,
): Promise<ChatMessage | undefined> {
  const maxCharacters = (options.window.maxTokens ?? defaultMaxTokens) * charactersPerToken
  let newest: ChatMessage | undefined
  for (let rest = older; rest.length > 0; ) {
    const step = toStep(rest, newest ?? before, maxCharacters)
    const next = await askForSummary(step, model, options)
    if (next === undefined) return newest
    newest = next
    rest = rest.slice(step.turns.length)
  }
  return newest
}

/** What one request summarises. */
interface SummaryStep {
  turns: readonly ChatMessage[][]
  prompt: string
}

const instruction =
  'Summarise this conversation in a few sentences. Keep names, numbers, decisions and open questions.\n\n'

/** The oldest turns that fit into a request beside the summary before them; one at least, cut where it alone does not. */
function toStep(
  turns: readonly ChatMessage[][],
  before: ChatMessage | undefined,
  maxCharacters: number,
): SummaryStep {
  const earlier = before === undefined ? '' : `Earlier, in short: ${textOf(before.content)}\n`
  const limit = Math.max(0, maxCharacters - instruction.length)
  let said = earlier
  let count = 0
  for (; count < turns.length; count += 1) {
    const turn = linesOf(turns[count] ?? [])
    if (count > 0 && said.length + turn.length > limit) break
    said += turn
  }
  return { turns: turns.slice(0, count), prompt: instruction + said.slice(0, limit).trimEnd() }
}

function linesOf(turn: readonly ChatMessage[]): string {
  return shownTurn(turn)
    .map(({ role, content }) => `${role}: ${textOf(content)}\n`)
    .join('')
}

async function askForSummary(
  { turns, prompt }: SummaryStep,
  model: Model,
  { signal, now }: FitOptions,
): Promise<ChatMessage | undefined> {
  const ended = await generate(model, { prompt, signal })
    .result()
    .catch(() => undefined)
  signal.throwIfAborted()
  if (ended === undefined || isBlank(ended.text) || ended.finishReason === 'content-filter') return undefined
  const summaryUpTo = turns.at(-1)?.[0]?.turnId ?? ''
  return {
    role: 'system',
    content: ended.text,
    turnId: `summary-${summaryUpTo}`,
    summaryUpTo,
    at: now().toISOString(),
  }
}
