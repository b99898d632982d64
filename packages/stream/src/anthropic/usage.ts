/** Anthropic's usage in our counting. Its `input_tokens` exclude what was read from or written to the cache; ours include both. */
import type { Usage } from '../contract.ts'
import { count } from '../count.ts'
import { defined } from '../defined.ts'

/** `usage` of `message_start` and `message_delta`; the later overwrites the earlier, field by field. */
export interface AnthropicUsage {
  input_tokens?: unknown
  cache_creation_input_tokens?: unknown
  cache_read_input_tokens?: unknown
  output_tokens?: unknown
  output_tokens_details?: { thinking_tokens?: unknown } | null
}

/** Merges cumulative reports: a field that is absent or null keeps its earlier value. */
export function mergeAnthropicUsage(before: AnthropicUsage, after: AnthropicUsage): AnthropicUsage {
  const said = Object.fromEntries(
    Object.entries(after).filter(([, value]) => value !== null && value !== undefined),
  )
  return { ...before, ...said }
}

/** Converts; what was not sent stays absent. */
export function usageOfAnthropic(usage: AnthropicUsage): Usage {
  const fresh = count(usage.input_tokens)
  const read = count(usage.cache_read_input_tokens)
  const written = count(usage.cache_creation_input_tokens)
  return defined({
    inputTokens: fresh === undefined ? undefined : fresh + (read ?? 0) + (written ?? 0),
    cachedInputTokens: read,
    cacheWriteInputTokens: written,
    outputTokens: count(usage.output_tokens),
    reasoningTokens: count(usage.output_tokens_details?.thinking_tokens),
  })
}
