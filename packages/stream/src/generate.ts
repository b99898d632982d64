/** Asks a model and returns the run: the one way in. */
import type { Message, Model, ModelRequest } from './contract.ts'
import type { Prices } from './price.ts'
import { type CleanPrompt, cleanPrompt, type HiddenTextPolicy } from './prompt-hygiene.ts'
import { type RetryOptions, withRetries } from './resilience/retries.ts'
import type { RunCallbacks } from './run/callbacks.ts'
import { startRun } from './run/live-run.ts'
import type { Run } from './run/run.ts'
import type { SealOptions } from './run/run-seal.ts'
import type { Timeouts } from './run/watchdog.ts'

export type { SealOptions, TextFollower } from './run/run-seal.ts'
export type { Timeouts } from './run/watchdog.ts'

/** What to ask, and how. Give `messages` or `prompt`, not both. */
export interface GenerateOptions extends Omit<ModelRequest, 'messages' | 'connectTimeoutMs'> {
  messages?: Message[]
  /** The same as one user message. */
  prompt?: string
  /** Seals every text of the answer; without it nothing is sealed. */
  seal?: SealOptions
  timeouts?: Timeouts
  /** How a failure before the first token is met; default: asked again twice. `false` never asks again. */
  retry?: RetryOptions | false
  /** Called around the run. */
  callbacks?: RunCallbacks
  /** The caller's own prices, where the table has none or others hold. */
  prices?: Prices
  /** What becomes of hidden payloads in the prompt; our own marks are always taken out. Default `remove`. */
  hiddenText?: HiddenTextPolicy
  /** The caller's own, kept on the run and shown in deliveries' metadata. */
  metadata?: Record<string, unknown>
  /** The run's id, which is its seal's stream id: 16 hexadecimal digits, never used twice. Default: random. */
  id?: string
  /** How much of the log is kept for readers, in characters; beyond it the slowest reader holds the model back. Default 4 Mi. */
  maxLogChars?: number
  /** The longest answer; beyond it the run fails with `LIMIT_EXCEEDED`. Default 16 Mi characters. With 0 nothing is limited and `result()` holds no text. */
  maxOutputChars?: number
}

/**
 * Asks the model at once and returns the run. Failures of the model are parts and rejections of the run, never thrown here.
 * Throws `TypeError` where neither or both of `messages` and `prompt` are given, `RangeError` for a time-out that is no time, and a `StreamError` (`INVALID_REQUEST`)
 * where the prompt holds hidden payloads and `hiddenText` is `refuse`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * const run = generate(demo({ tokensPerSecond: Infinity }), { prompt: 'Hello' })
 * let text = ''
 * for await (const delta of run.text) text += delta
 * assert.equal((await run.result()).text, text)
 * ```
 */
export function generate(model: Model, options: GenerateOptions): Run {
  const { timeouts, prices, metadata, id, maxLogChars, maxOutputChars, callbacks } = options
  const request = requestOf(options)
  const { messages, ingredients } = cleanPrompt(request.messages, options.hiddenText ?? 'remove')
  const seal = withIngredients(options.seal, ingredients)
  const asked = options.retry === false ? model : withRetries(model, options.retry)
  const rest = { seal, timeouts, prices, metadata, id, maxLogChars, maxOutputChars, callbacks }
  return startRun(asked, { ...request, messages }, rest)
}

function withIngredients(
  seal: SealOptions | undefined,
  ingredients: CleanPrompt['ingredients'],
): SealOptions | undefined {
  if (seal === undefined || ingredients.length === 0) return seal
  const stated = seal.claims?.ingredients ?? []
  return { ...seal, claims: { ...seal.claims, ingredients: [...stated, ...ingredients] } }
}

function requestOf(options: GenerateOptions): ModelRequest {
  const {
    messages,
    prompt,
    seal,
    timeouts,
    retry,
    prices,
    hiddenText,
    callbacks,
    metadata,
    id,
    maxLogChars,
    maxOutputChars,
    ...rest
  } = options
  if ((messages === undefined) === (prompt === undefined)) {
    throw new TypeError('Cannot ask the model: give either `messages` or `prompt`')
  }
  if (prompt !== undefined) return { ...rest, messages: [{ role: 'user', content: prompt }] }
  if (!Array.isArray(messages)) {
    throw new TypeError(`Cannot ask the model: \`messages\` is a ${typeof messages}, not an array`)
  }
  return { ...rest, messages }
}
