/** How much of a chat its model is shown: the newest turns that fit, and a summary of the rest where one is asked for. */
import type { Message, Model } from '../contract.ts'
import { generate } from '../generate.ts'
import { joinVoices, shownTurn, textOf, turnsOf } from './history.ts'
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
  /** What a system message should add: a summary, or the greeting. */
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
  return { ...shown(fitting, newer), summary: newer }
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
  const messages = joinVoices(turns.flatMap(shownTurn))
  // Providers want the user to speak first: a greeting is told, not shown.
  const [first, ...rest] = messages
  const greeting =
    first?.role === 'assistant' ? `You have begun the conversation with: ${textOf(first.content)}` : ''
  const told = summary === undefined ? '' : `What was said before, in short:\n${textOf(summary.content)}`
  const preface = [told, greeting].filter(Boolean).join('\n\n')
  return { messages: greeting === '' ? messages : rest, ...(preface === '' ? {} : { preface }) }
}

async function summarise(
  older: ChatMessage[][],
  before: ChatMessage | undefined,
  model: Model,
  { signal, now }: FitOptions,
): Promise<ChatMessage> {
  const said = older.flatMap(shownTurn).map(({ role, content }) => `${role}: ${textOf(content)}`)
  const earlier = before === undefined ? [] : [`Earlier, in short: ${textOf(before.content)}`]
  const prompt = `Summarise this conversation in a few sentences. Keep names, numbers, decisions and open questions.\n\n${[...earlier, ...said].join('\n')}`
  const { text } = await generate(model, { prompt, signal }).result()
  const summaryUpTo = older.at(-1)?.[0]?.turnId ?? ''
  return {
    role: 'system',
    content: text,
    turnId: `summary-${summaryUpTo}`,
    summaryUpTo,
    at: now().toISOString(),
  }
}
