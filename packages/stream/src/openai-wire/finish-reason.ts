/** Our finish reasons in OpenAI's words. */
import type { FinishReason } from '../contract.ts'

/** OpenAI's vocabulary for chat completions. */
export type ChatFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter'

const reasons: Record<FinishReason, ChatFinishReason> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  error: 'stop',
  // What was cut short has not come to its stop; of OpenAI's words this is the nearest.
  aborted: 'length',
  other: 'stop',
}

/** OpenAI's word for a reason. */
export function toChatFinishReason(reason: FinishReason): ChatFinishReason {
  return reasons[reason]
}
