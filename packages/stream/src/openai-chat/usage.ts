/** The usage of chat completions in our counting: input includes cached, output includes reasoning. */
import type { Usage } from '../contract.ts'
import { count } from '../count.ts'
import { defined } from '../defined.ts'

/** `usage` as OpenAI and its imitators send it. */
export interface ChatUsage {
  prompt_tokens?: unknown
  completion_tokens?: unknown
  total_tokens?: unknown
  prompt_tokens_details?: { cached_tokens?: unknown; cache_write_tokens?: unknown } | null
  completion_tokens_details?: { reasoning_tokens?: unknown } | null
  /** Perplexity. */
  reasoning_tokens?: unknown
  /** LiteLLM, for Anthropic's models. */
  cache_read_input_tokens?: unknown
  cache_creation_input_tokens?: unknown
  /** DeepSeek. */
  prompt_cache_hit_tokens?: unknown
  /** Moonshot. */
  cached_tokens?: unknown
}

/**
 * Converts; what was not sent stays absent.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { usageOfChat } from '@streamseal/stream/opentelemetry'
 * assert.deepEqual(usageOfChat({ prompt_tokens: 3 }), { inputTokens: 3 })
 * ```
 */
export function usageOfChat(usage: ChatUsage): Usage {
  const reasoningTokens =
    count(usage.completion_tokens_details?.reasoning_tokens) ?? count(usage.reasoning_tokens)
  return defined({
    inputTokens: count(usage.prompt_tokens),
    cachedInputTokens:
      count(usage.prompt_tokens_details?.cached_tokens) ??
      count(usage.prompt_cache_hit_tokens) ??
      count(usage.cached_tokens) ??
      count(usage.cache_read_input_tokens),
    cacheWriteInputTokens:
      count(usage.prompt_tokens_details?.cache_write_tokens) ?? count(usage.cache_creation_input_tokens),
    outputTokens: outputTokens(usage, reasoningTokens),
    reasoningTokens,
  })
}

// xAI counts reasoning beside the completion, everyone else inside it; the total, or a sum that cannot be, tells which.
function outputTokens(usage: ChatUsage, reasoning: number | undefined): number | undefined {
  const completion = count(usage.completion_tokens)
  if (completion === undefined || reasoning === undefined || reasoning === 0) return completion
  const input = count(usage.prompt_tokens)
  const total = count(usage.total_tokens)
  const isSummed = input !== undefined && total === input + completion + reasoning
  return isSummed || reasoning > completion ? completion + reasoning : completion
}
