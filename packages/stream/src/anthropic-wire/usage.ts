/** Our usage in Anthropic's shape, where the cache's share stands beside `input_tokens`. */
import type { Usage } from '../contract.ts'
import { defined } from '../defined.ts'

/** `usage` of a message. */
export interface MessageUsage {
  input_tokens: number
  cache_creation_input_tokens?: number
  cache_read_input_tokens?: number
  output_tokens: number
}

/** The shape demands both counts as numbers, and clients add them up: what nobody has said is 0 here. */
export function toMessageUsage(usage: Usage = {}): MessageUsage {
  const { inputTokens = 0, cachedInputTokens, cacheWriteInputTokens, outputTokens = 0 } = usage
  return {
    input_tokens: Math.max(0, inputTokens - (cachedInputTokens ?? 0) - (cacheWriteInputTokens ?? 0)),
    ...defined({
      cache_creation_input_tokens: cacheWriteInputTokens,
      cache_read_input_tokens: cachedInputTokens,
    }),
    output_tokens: outputTokens,
  }
}
