/** The finish reasons of chat completions, as OpenAI and its imitators write them, in our vocabulary. */
import type { FinishReason } from '../contract.ts'

const reasons: Record<string, FinishReason> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  end_turn: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  error: 'error',
  insufficient_system_resource: 'error',
}

/** `other` for a word that the table does not know. A stop that leaves tools to be called is `tool-calls`: OpenAI says `stop` where a tool was forced. */
export function chatFinishReason(raw: string | undefined, hasToolCalls: boolean): FinishReason {
  const reason = raw !== undefined && Object.hasOwn(reasons, raw) ? reasons[raw] : undefined
  if (reason === 'stop' && hasToolCalls) return 'tool-calls'
  return reason ?? 'other'
}
