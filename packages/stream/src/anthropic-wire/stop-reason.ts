/** Our finish reasons in Anthropic's words. */
import type { FinishReason } from '../contract.ts'

/** Anthropic's vocabulary. */
export type StopReason = 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'pause_turn' | 'refusal'

const reasons: Record<FinishReason, StopReason> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  error: 'end_turn',
  // What was cut short has not come to its end; of Anthropic's words this is the nearest.
  aborted: 'max_tokens',
  other: 'end_turn',
}

const ownWords: ReadonlySet<string> = new Set<StopReason>(['stop_sequence', 'pause_turn'])

/** Anthropic's word for a reason; what Anthropic itself said in a word that ours do not have stays as it was. */
export function toStopReason(reason: FinishReason, rawReason?: string): StopReason {
  return rawReason !== undefined && ownWords.has(rawReason) ? (rawReason as StopReason) : reasons[reason]
}
