/** OpenAI's own models, over chat completions or over the Responses API. */
import type { Model } from './contract.ts'
import { defined } from './defined.ts'
import { type OpenAICompatibleOptions, openAICompatible } from './openai-compatible.ts'
import { responsesModel } from './openai-responses/model.ts'

/** Everything has a default: key from `OPENAI_API_KEY`, address from `OPENAI_BASE_URL`. */
export interface OpenAIOptions extends Partial<Omit<OpenAICompatibleOptions, 'provider'>> {
  /** Which API is spoken; default `chat`. Models that think aloud say more over `responses`. */
  api?: 'chat' | 'responses'
}

/**
 * An OpenAI model.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { openai } from '@streamseal/stream/openai'
 * assert.equal(openai('gpt-5-mini', { apiKey: 'sk-…', api: 'responses' }).provider, 'openai')
 * ```
 */
export function openai(modelId: string, { api = 'chat', ...given }: OpenAIOptions = {}): Model {
  const provider = 'openai'
  const key = process.env.OPENAI_API_KEY
  const baseUrl = given.baseUrl ?? (process.env.OPENAI_BASE_URL || 'https://api.openai.com/v1')
  const options = { ...(key ? { apiKey: key } : {}), ...defined(given), baseUrl, provider }
  if (api === 'chat')
    return openAICompatible(modelId, {
      maxTokensKey: 'max_completion_tokens',
      doneIsEnough: false,
      ...options,
    })
  const authorization = options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }
  return responsesModel(modelId, {
    provider,
    url: `${baseUrl.replace(/\/+$/, '')}/responses`,
    headers: { ...authorization, ...options.headers },
    fetch: options.fetch,
    maxEventChars: options.maxEventChars,
  })
}
