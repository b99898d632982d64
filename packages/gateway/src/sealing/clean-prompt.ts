/** Our own marks in what a model is about to be given: taken out, and named as ingredients of the answer. */

import { stripText } from '@streamseal/c2pa'
import { type Ingredient, inspect, strip } from '@streamseal/seal'
import { GatewayError } from '../http/gateway-error.ts'

/** A value without marks, and the seals that were in it. */
export interface CleanPrompt<Value> {
  readonly value: Value
  readonly ingredients: readonly Ingredient[]
  /** Whether anything was taken out. */
  readonly isChanged: boolean
}

/** Every mark is a run of U+E0100–E01EF; in UTF-16 each of those begins with this unit. */
const markUnit = '\udb40'
/** The same as a JSON escape. */
const escapedMarkUnit = /\\udb40/i
/** Claims have room for so many. */
const maxIngredients = 16

/** Whether JSON text can hold a mark at all; most cannot, and are passed on untouched. */
export function mayHoldMarks(json: string): boolean {
  return json.includes(markUnit) || escapedMarkUnit.test(json)
}

/** Deeper than any API's requests are; a bound, because each level takes some of the stack. */
const maxDepth = 500

/** Strips every string inside a JSON value; throws `INVALID_REQUEST` where it is nested more than 500 deep. */
export function cleanPrompt<Value>(value: Value): CleanPrompt<Value> {
  const streamIds = new Map<string, Ingredient>()
  let isChanged = false
  const clean = (item: unknown, depth: number): unknown => {
    if (typeof item === 'string') return cleanText(item)
    if (typeof item !== 'object' || item === null) return item
    if (depth > maxDepth) throw tooDeep()
    if (Array.isArray(item)) return item.map(member => clean(member, depth + 1))
    return Object.fromEntries(Object.entries(item).map(([key, member]) => [key, clean(member, depth + 1)]))
  }
  const cleanText = (text: string): string => {
    if (!text.includes(markUnit)) return text
    // A wrapper stands behind our closing and carries a whole manifest: tokens that say nothing to a model.
    const stripped = strip(stripText(text))
    if (stripped === text) return text
    isChanged = true
    for (const { streamId } of inspect(text).seals) streamIds.set(streamId, { streamId })
    return stripped
  }
  const cleaned = clean(value, 1) as Value
  return { value: cleaned, ingredients: [...streamIds.values()].slice(0, maxIngredients), isChanged }
}

function tooDeep(): GatewayError {
  return new GatewayError(`Cannot read the request: it is nested more than ${maxDepth} deep`, {
    code: 'INVALID_REQUEST',
  })
}
