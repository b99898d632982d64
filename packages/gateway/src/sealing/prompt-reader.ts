/** Reads the prompts of one request: without our marks, and with hidden characters met as the policy has it. Neither log nor header ever holds a text. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Config } from '../config/read-config.ts'
import { type HiddenPolicy, hiddenPolicies } from '../config/read-hidden.ts'
import { GatewayError } from '../http/gateway-error.ts'
import {
  type CleanPrompt,
  type CleanPromptOptions,
  cleanPrompt,
  type HiddenKind,
  mayHoldHidden,
  mayHoldMarks,
} from './clean-prompt.ts'

/** Reads prompts. */
export interface PromptReader {
  /** Cleans a value; `json` is its text, where that is at hand. Throws `INVALID_REQUEST` where the policy refuses it. */
  read<Value>(value: Value, json?: string): CleanPrompt<Value>
}

/** What a reader knows of its request. */
export interface PromptRequest {
  readonly config: Pick<Config, 'hidden'>
  readonly headers: IncomingHttpHeaders
  readonly log: { warn(known: object, message: string): void }
  /** Is given the header `Streamseal-Hidden` where something was found; a socket has none. */
  readonly response?: ServerResponse
}

/** The request's and the response's header. */
const header = 'streamseal-hidden'

const ways: Readonly<Record<HiddenPolicy, NonNullable<CleanPromptOptions['hidden']>>> = {
  keep: 'keep',
  flag: 'find',
  remove: 'remove',
  refuse: 'find',
}

/** Makes the reader of a request; throws `INVALID_REQUEST` for a header that names no policy. */
export function createPromptReader({ config, headers, log, response }: PromptRequest): PromptReader {
  const policy = policyOf(headers, config.hidden.policy)
  return {
    read(value, json) {
      const isLooked = policy !== 'keep' && (json === undefined || mayHoldHidden(json))
      if (!isLooked && json !== undefined && !mayHoldMarks(json)) return untouched(value)
      const { keep } = config.hidden
      const cleaned = cleanPrompt(value, { hidden: isLooked ? ways[policy] : 'keep', keep })
      if (cleaned.hidden.size === 0) return cleaned
      log.warn({ hidden: Object.fromEntries(cleaned.hidden), policy }, 'a prompt holds hidden characters')
      if (policy === 'refuse') throw refused(cleaned.hidden)
      response?.setHeader(header, wordsOf(cleaned.hidden))
      return cleaned
    },
  }
}

/** The stricter one of what the request says and what the gateway is set to. */
function policyOf(headers: IncomingHttpHeaders, setting: HiddenPolicy): HiddenPolicy {
  const word = String(headers[header] ?? setting).toLowerCase()
  const asked = hiddenPolicies.find(policy => policy === word)
  if (asked !== undefined) return rankOf(asked) > rankOf(setting) ? asked : setting
  throw new GatewayError(
    `Cannot meet hidden characters with "${word.slice(0, 40)}": expected one of ${hiddenPolicies.join(', ')}`,
    { code: 'INVALID_REQUEST', param: header },
  )
}

function rankOf(policy: HiddenPolicy): number {
  return hiddenPolicies.indexOf(policy)
}

function untouched<Value>(value: Value): CleanPrompt<Value> {
  return { value, ingredients: [], isChanged: false, hidden: new Map() }
}

/** Kinds and counts, such as `tags=12, zero-width=3`. */
function wordsOf(hidden: ReadonlyMap<HiddenKind, number>): string {
  return [...hidden].map(([kind, count]) => `${kind}=${count}`).join(', ')
}

function refused(hidden: ReadonlyMap<HiddenKind, number>): GatewayError {
  return new GatewayError(`Cannot pass on the prompt: it holds hidden characters (${wordsOf(hidden)})`, {
    code: 'INVALID_REQUEST',
    param: 'messages',
  })
}
