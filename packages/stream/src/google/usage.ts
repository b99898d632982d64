/** Google's usage in our counting. Its candidates exclude thoughts, and what its own tools fed back comes beside the prompt; ours include both. */
import type { Usage } from '../contract.ts'
import { count } from '../count.ts'
import { defined } from '../defined.ts'

/** `usageMetadata`; each chunk's report replaces the one before. */
export interface GoogleUsage {
  promptTokenCount?: unknown
  cachedContentTokenCount?: unknown
  toolUsePromptTokenCount?: unknown
  candidatesTokenCount?: unknown
  thoughtsTokenCount?: unknown
}

/** Converts; what was not sent stays absent. */
export function usageOfGoogle(usage: GoogleUsage): Usage {
  const reasoningTokens = count(usage.thoughtsTokenCount)
  return defined({
    inputTokens: sum(count(usage.promptTokenCount), count(usage.toolUsePromptTokenCount)),
    cachedInputTokens: count(usage.cachedContentTokenCount),
    outputTokens: sum(count(usage.candidatesTokenCount), reasoningTokens),
    reasoningTokens,
  })
}

function sum(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined ? second : first + (second ?? 0)
}
