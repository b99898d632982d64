/** What a model is about to be given: our own marks are taken out and named as ingredients of the answer, and hidden characters are found. */

import { stripText } from '@streamseal/c2pa'
import { type Ingredient, inspect, type Removed, sanitize, strip } from '@streamseal/seal'
import { GatewayError } from '../http/gateway-error.ts'

/** Kinds of hidden characters. */
export type HiddenKind = Removed['kind']

/** A value without marks, and what was in it. */
export interface CleanPrompt<Value> {
  readonly value: Value
  readonly ingredients: readonly Ingredient[]
  /** Whether anything was taken out. */
  readonly isChanged: boolean
  /** How many hidden characters of each kind there were beside our marks; none where they were not looked for. */
  readonly hidden: ReadonlyMap<HiddenKind, number>
}

/** How hidden characters are met. */
export interface CleanPromptOptions {
  /** Whether they are looked for, and taken out as well. Default `keep`: neither. */
  readonly hidden?: 'keep' | 'find' | 'remove'
  /** Kinds that are not looked for. */
  readonly keep?: readonly HiddenKind[]
}

/** Every mark is a run of U+E0100–E01EF; in UTF-16 each of those begins with this unit. */
const markUnit = '\udb40'
/** The same as a JSON escape: in a body, or in JSON that a string of it holds, such as a tool's result. */
const escapedMarkUnit = /\\udb40/i
/** A run of them. A backslash before it would make it the letters themselves. */
const escapedMarks = /(?<!\\)(?:\\udb40\\udd[0-9a-e][0-9a-f])+/gi
/** Claims have room for so many. */
const maxIngredients = 16

/** Whether JSON text can hold a mark at all; most cannot, and are passed on untouched. */
export function mayHoldMarks(json: string): boolean {
  return json.includes(markUnit) || escapedMarkUnit.test(json)
}

/** Whether JSON text can hold a hidden character: what is plain ASCII, without escapes of others, cannot. */
export function mayHoldHidden(json: string): boolean {
  return /[^\t\n\r\x20-\x7e]|\\[ubf]/.test(json)
}

/** Deeper than any API's requests are; a bound, because each level takes some of the stack. */
const maxDepth = 500

/** Cleans every string inside a JSON value; throws `INVALID_REQUEST` where it is nested more than 500 deep. Thinking is left as it is, because its provider has signed it. */
export function cleanPrompt<Value>(value: Value, options: CleanPromptOptions = {}): CleanPrompt<Value> {
  const cleaner = new Cleaner(options)
  const cleaned = cleaner.clean(value, 1) as Value
  const { streamIds, isChanged, hidden } = cleaner
  const ingredients = [...streamIds].slice(0, maxIngredients).map(streamId => ({ streamId }))
  return { value: cleaned, ingredients, isChanged, hidden }
}

class Cleaner {
  readonly streamIds = new Set<string>()
  readonly hidden = new Map<HiddenKind, number>()
  isChanged = false
  readonly #hidden: 'keep' | 'find' | 'remove'
  readonly #keep: readonly HiddenKind[]

  constructor({ hidden = 'keep', keep = [] }: CleanPromptOptions) {
    this.#hidden = hidden
    this.#keep = keep
  }

  clean(item: unknown, depth: number): unknown {
    if (typeof item === 'string') return this.#cleanText(item)
    if (typeof item !== 'object' || item === null || isSigned(item)) return item
    if (depth > maxDepth) throw tooDeep()
    if (Array.isArray(item)) return item.map(member => this.clean(member, depth + 1))
    const members = Object.entries(item).map(([key, member]) => [key, this.clean(member, depth + 1)])
    return Object.fromEntries(members)
  }

  #cleanText(text: string): string {
    const unmarked = this.#unmark(text)
    const cleaned = this.#hidden === 'keep' ? unmarked : this.#sanitize(unmarked)
    if (cleaned !== text) this.isChanged = true
    return cleaned
  }

  #unmark(text: string): string {
    const decoded = escapedMarkUnit.test(text)
      ? text.replace(escapedMarks, run => this.#unmarkRun(run))
      : text
    if (!decoded.includes(markUnit)) return decoded
    // A wrapper stands behind our closing and carries a whole manifest: tokens that say nothing to a model.
    const stripped = strip(stripText(decoded))
    if (stripped !== decoded) this.#name(decoded)
    return stripped
  }

  /** Escaped marks go; what else is escaped like them stays as it is. */
  #unmarkRun(run: string): string {
    const decoded = JSON.parse(`"${run}"`) as string
    if (strip(decoded) !== '') return run
    this.#name(decoded)
    return ''
  }

  #name(text: string): void {
    for (const { streamId } of inspect(text).seals) this.streamIds.add(streamId)
  }

  #sanitize(given: string): string {
    const { text, removed } = sanitize(given, { keep: this.#keep })
    for (const { kind, count } of removed) this.hidden.set(kind, (this.hidden.get(kind) ?? 0) + count)
    return this.#hidden === 'remove' ? text : given
  }
}

const signedTypes: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking', 'reasoning'])

function isSigned(item: object): boolean {
  return 'type' in item && signedTypes.has(item.type)
}

function tooDeep(): GatewayError {
  return new GatewayError(`Cannot read the request: it is nested more than ${maxDepth} deep`, {
    code: 'INVALID_REQUEST',
  })
}
