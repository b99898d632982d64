/** OpenAI's own models. */
import type { Model } from './contract.ts'
import { type OpenAICompatibleOptions, openAICompatible } from './openai-compatible.ts'

/** Everything has a default: key from `OPENAI_API_KEY`, address from `OPENAI_BASE_URL`. */
export type OpenAIOptions = Partial<Omit<OpenAICompatibleOptions, 'provider'>>

/**
 * An OpenAI model over chat completions.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { openai } from '@streamseal/stream/openai'
 * assert.equal(openai('gpt-5-mini', { apiKey: 'sk-…' }).provider, 'openai')
 * ```
 */
export function openai(modelId: string, options: OpenAIOptions = {}): Model {
  const apiKey = process.env.OPENAI_API_KEY
  return openAICompatible(modelId, {
    baseUrl: process.env.OPENAI_BASE_URL || 'https://api.openai.com/v1',
    maxTokensKey: 'max_completion_tokens',
    ...(apiKey ? { apiKey } : {}),
    ...options,
    provider: 'openai',
  })
}
