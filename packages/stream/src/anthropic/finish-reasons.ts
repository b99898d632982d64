/** Anthropic's stop reasons in our vocabulary. */
import type { FinishReason } from '../contract.ts'

const reasons: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
  // The turn goes on when the answer is sent back: neither an end nor a fault.
  pause_turn: 'other',
}

/** `other` for a word that the table does not know. */
export function anthropicFinishReason(raw: string): FinishReason {
  return (Object.hasOwn(reasons, raw) ? reasons[raw] : undefined) ?? 'other'
}
