/** Our own marks in what a model is about to be given: taken out, and named as ingredients of the answer. */
import { type Ingredient, inspect, strip } from '@streamseal/seal'

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

/** Strips every string inside a JSON value. */
export function cleanPrompt<Value>(value: Value): CleanPrompt<Value> {
  const streamIds = new Map<string, Ingredient>()
  let isChanged = false
  const clean = (item: unknown): unknown => {
    if (typeof item === 'string') return cleanText(item)
    if (Array.isArray(item)) return item.map(clean)
    if (typeof item !== 'object' || item === null) return item
    return Object.fromEntries(Object.entries(item).map(([key, member]) => [key, clean(member)]))
  }
  const cleanText = (text: string): string => {
    if (!text.includes(markUnit)) return text
    const stripped = strip(text)
    if (stripped === text) return text
    isChanged = true
    for (const { streamId } of inspect(text).seals) streamIds.set(streamId, { streamId })
    return stripped
  }
  const cleaned = clean(value) as Value
  return { value: cleaned, ingredients: [...streamIds.values()].slice(0, maxIngredients), isChanged }
}
