/** What a model is told besides its messages; merged key by key, from the declaration to the task to the call. */
import type { ModelRequest } from '../contract.ts'

/** A model's parameters, by the names of `ModelRequest`. */
export type LlmParams = Pick<
  ModelRequest,
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'stopSequences'
  | 'seed'
  | 'reasoningEffort'
  | 'providerOptions'
  | 'headers'
>

/** Later ones win key by key; a key that is `undefined` leaves what was there. */
export function mergeParams(...all: readonly (LlmParams | undefined)[]): LlmParams {
  const given = all.flatMap(params => Object.entries(params ?? {})).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as LlmParams
}
