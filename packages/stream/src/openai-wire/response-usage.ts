/** Our usage in the shape of OpenAI's Responses API. */
import type { Usage } from '../contract.ts'

/** `usage` of a response. */
export interface ResponseUsage {
  input_tokens: number
  input_tokens_details: { cached_tokens: number }
  output_tokens: number
  output_tokens_details: { reasoning_tokens: number }
  total_tokens: number
}

/** `null` where a count that the shape demands is unknown: no usage is true, a zero would not be. Its details are demanded too, and are 0 where nobody has said them. */
export function toResponseUsage(usage: Usage | undefined): ResponseUsage | null {
  if (usage?.inputTokens === undefined || usage.outputTokens === undefined) return null
  const { inputTokens, outputTokens, cachedInputTokens = 0, reasoningTokens = 0 } = usage
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  }
}
