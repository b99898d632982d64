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
  /** Summarises what does not fit any more, with this model, or with the chat's own (`true`); default: it is left out. */
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
  // Without a summary, what does not fit is left out, and summarised the next time.
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

/** Rejects where the model fails or is stopped; `undefined` where it says nothing. */
async function summarise(
  older: ChatMessage[][],
  before: ChatMessage | undefined,
  model: Model,
  { signal, now }: FitOptions,
): Promise<ChatMessage | undefined> {
  const said = older.flatMap(shownTurn).map(({ role, content }) => `${role}: ${textOf(content)}`)
  const earlier = before === undefined ? [] : [`Earlier, in short: ${textOf(before.content)}`]
  const prompt = `Summarise this conversation in a few sentences. Keep names, numbers, decisions and open questions.\n\n${[...earlier, ...said].join('\n')}`
  const { text, finishReason } = await generate(model, { prompt, signal }).result()
  signal.throwIfAborted()
  if (isBlank(text) || finishReason === 'content-filter') return undefined
  const summaryUpTo = older.at(-1)?.[0]?.turnId ?? ''
  return {
    role: 'system',
    content: text,
    turnId: `summary-${summaryUpTo}`,
    summaryUpTo,
    at: now().toISOString(),
  }
}
