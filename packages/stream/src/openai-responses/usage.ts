/** The usage of OpenAI's Responses API in our counting, which is the same. */
import type { Usage } from '../contract.ts'
import { count } from '../count.ts'
import { defined } from '../defined.ts'

/** `response.usage`. */
export interface ResponsesUsage {
  input_tokens?: unknown
  input_tokens_details?: { cached_tokens?: unknown; cache_write_tokens?: unknown } | null
  output_tokens?: unknown
  output_tokens_details?: { reasoning_tokens?: unknown } | null
}

/** Converts; what was not sent stays absent. */
export function usageOfResponses(usage: ResponsesUsage): Usage {
  return defined({
    inputTokens: count(usage.input_tokens),
    cachedInputTokens: count(usage.input_tokens_details?.cached_tokens),
    cacheWriteInputTokens: count(usage.input_tokens_details?.cache_write_tokens),
    outputTokens: count(usage.output_tokens),
    reasoningTokens: count(usage.output_tokens_details?.reasoning_tokens),
  })
}
