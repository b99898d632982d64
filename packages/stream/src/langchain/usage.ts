/** LangChain's usage in our counting, which is the same: input includes cached, output includes reasoning. */
import type { Usage } from '../contract.ts'
import { count } from '../count.ts'
import { defined } from '../defined.ts'

/** `usage_metadata` of a message. */
export interface LangChainUsage {
  input_tokens?: number
  output_tokens?: number
  input_token_details?: { cache_read?: number; cache_creation?: number }
  output_token_details?: { reasoning?: number }
}

/** Reports add up, as LangChain's own `concat` has it. */
export function addedUsage(before: Usage, usage: LangChainUsage): Usage {
  return defined({
    inputTokens: sum(before.inputTokens, usage.input_tokens),
    cachedInputTokens: sum(before.cachedInputTokens, usage.input_token_details?.cache_read),
    cacheWriteInputTokens: sum(before.cacheWriteInputTokens, usage.input_token_details?.cache_creation),
    outputTokens: sum(before.outputTokens, usage.output_tokens),
    reasoningTokens: sum(before.reasoningTokens, usage.output_token_details?.reasoning),
  })
}

function sum(before: number | undefined, more: unknown): number | undefined {
  const added = count(more)
  if (added === undefined) return before
  return (before ?? 0) + added
}
