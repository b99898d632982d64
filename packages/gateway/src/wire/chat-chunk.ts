/** What the gateway reads of an OpenAI `chat.completion.chunk`; everything else passes unread. */
import { StreamError } from '@streamseal/stream'
import { toBytes } from './byte-string.ts'
import { type Edit, locateJson } from './locate-json.ts'
import { logprobsOfMark, markLogprobs } from './marked-logprobs.ts'
import { marksIn } from './marked-text.ts'
import { tryParse } from './try-parse.ts'

/** A text that a person reads, and the path to it in the chunk. */
export interface ChatText {
  readonly path: readonly (string | number)[]
  readonly text: string
  /** The log-probabilities of its tokens, where there are any. */
  readonly tokens?: readonly unknown[]
}

/** One choice of a chunk. */
export interface ChatChoice {
  readonly index: number
  /** Its texts that are not empty: mostly one; several where the content is a list of parts, as Mistral has it. */
  readonly texts: readonly ChatText[]
  readonly finishReason?: string
}

/** A chunk: its choices, and the members that every event of the stream repeats. */
export interface ChatChunk {
  readonly choices: readonly ChatChoice[]
  readonly head: Readonly<Record<string, unknown>>
}

/** An error that the provider sent inside its stream, with its own error object. */
export class ProviderStreamError extends StreamError {
  readonly error: unknown

  constructor(error: unknown) {
    const message =
      isObject(error) && typeof error.message === 'string' ? error.message : JSON.stringify(error)
    super(`The provider stopped with an error: ${message}`, { code: 'PROVIDER_ERROR' })
    this.error = error
  }
}

/** Reads a chunk, or throws a `StreamError` where the event is none. */
export function parseChunk(json: string): ChatChunk {
  const value = parseObject(json)
  if (value.error !== undefined && value.error !== null) throw new ProviderStreamError(value.error)
  const choices = Array.isArray(value.choices) ? value.choices.map(readChoice) : []
  return { choices, head: value }
}

/** The choice at a position of the chunk. */
export function chunkOf(chunk: ChatChunk, position: number): ChatChoice {
  const choice = chunk.choices[position]
  if (choice === undefined) throw new RangeError(`Cannot find choice ${position} of ${chunk.choices.length}`)
  return choice
}

/** A new event in the likeness of `chunk`, as a byte string: one choice with `content`, or none where `index` is missing. */
export function contentEvent(
  chunk: ChatChunk | undefined,
  index: number | undefined,
  content: string,
  more: Readonly<Record<string, unknown>> = {},
  tokens?: readonly unknown[],
): string {
  const entries = logprobsOfMark(content, tokens)
  const logprobs = entries === undefined ? {} : { logprobs: { content: entries, refusal: null } }
  const choices = index === undefined ? [] : [{ index, delta: { content }, ...logprobs, finish_reason: null }]
  const event = { ...likeness(chunk), choices, ...more }
  return `data: ${toBytes(JSON.stringify(event))}\n\n`
}

const repeated = ['id', 'object', 'created', 'model', 'service_tier', 'system_fingerprint'] as const

function likeness(chunk: ChatChunk | undefined): Record<string, unknown> {
  const head = chunk?.head ?? { object: 'chat.completion.chunk' }
  return Object.fromEntries(repeated.filter(name => name in head).map(name => [name, head[name]]))
}

function parseObject(json: string): Record<string, unknown> {
  const value = tryParse(json)
  if (isObject(value)) return value
  const shown = json.length > 40 ? `${json.slice(0, 40)}…` : json
  throw new StreamError(`Cannot read the provider's event "${shown}": it is no JSON object`, {
    code: 'PROVIDER_PROTOCOL',
  })
}

function readChoice(choice: unknown, position: number): ChatChoice {
  if (!isObject(choice)) return { index: position, texts: [] }
  const delta = isObject(choice.delta) ? choice.delta : {}
  return {
    index: typeof choice.index === 'number' ? choice.index : position,
    texts: withTokens(textsOf(delta.content, ['choices', position, 'delta', 'content']), choice.logprobs),
    ...(typeof choice.finish_reason === 'string' ? { finishReason: choice.finish_reason } : {}),
  }
}

/** The texts of a message's content: itself, or its parts of type `text`; parts of other types (`thinking`) are nothing to seal. */
export function textsOf(content: unknown, path: ChatText['path']): ChatText[] {
  if (typeof content === 'string') return content === '' ? [] : [{ path, text: content }]
  if (!Array.isArray(content)) return []
  return content.flatMap((part: unknown, i) =>
    isObject(part) && part.type === 'text' ? textsOf(part.text, [...path, i, 'text']) : [],
  )
}

/** The same texts with their log-probabilities, which are those of a content that is one text. */
export function withTokens(texts: ChatText[], logprobs: unknown): ChatText[] {
  const tokens = isObject(logprobs) && Array.isArray(logprobs.content) ? logprobs.content : []
  const [text] = texts
  return text === undefined || texts.length > 1 || tokens.length === 0 ? texts : [{ ...text, tokens }]
}

/** The edits that put `sealed` in a text's place, with a token for each mark where the text has log-probabilities. */
export function textEdits(json: string, { path, text, tokens }: ChatText, sealed: string): Edit[] {
  const span = sealed === text ? undefined : locateJson(json, path)
  if (span === undefined) return []
  const edit = { ...span, text: JSON.stringify(sealed) }
  if (tokens === undefined) return [edit]
  const place = { json, path: [...path.slice(0, 2), 'logprobs', 'content'], tokens }
  return [edit, ...markLogprobs(place, text, marksIn(text, sealed))]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
