/** Google's finish reasons in our vocabulary. */
import type { FinishReason } from '../contract.ts'

const reasons: Record<string, FinishReason> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  LANGUAGE: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  MALFORMED_FUNCTION_CALL: 'error',
  MALFORMED_RESPONSE: 'error',
  MISSING_THOUGHT_SIGNATURE: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
}

/** `other` for a word that the table does not know; a stop that leaves tools to be called is `tool-calls`. */
export function googleFinishReason(raw: string, hasToolCalls: boolean): FinishReason {
  const reason = Object.hasOwn(reasons, raw) ? reasons[raw] : undefined
  if (reason === 'stop' && hasToolCalls) return 'tool-calls'
  return reason ?? 'other'
}
