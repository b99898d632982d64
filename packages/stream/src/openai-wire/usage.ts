/** Our usage in OpenAI's shape. */
import type { Usage } from '../contract.ts'

/** `usage` of a chat completion. */
export interface WireUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details?: { cached_tokens: number }
  completion_tokens_details?: { reasoning_tokens: number }
}

/** `undefined` where a count that OpenAI's shape demands is unknown: an absent usage is true, a zero would not be. */
export function toWireUsage(usage: Usage | undefined): WireUsage | undefined {
  if (usage?.inputTokens === undefined || usage.outputTokens === undefined) return undefined
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = usage
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(cachedInputTokens === undefined
      ? {}
      : { prompt_tokens_details: { cached_tokens: cachedInputTokens } }),
    ...(reasoningTokens === undefined
      ? {}
      : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  }
}
