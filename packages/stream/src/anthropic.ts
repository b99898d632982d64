/** Anthropic's models over its messages API. */
import { createAnthropicDecoder } from './anthropic/decoder.ts'
import { anthropicRequest } from './anthropic/request.ts'
import { httpModel } from './bytes-to-parts.ts'
import type { Model } from './contract.ts'
import { defined } from './defined.ts'
import type { HttpOptions } from './http/open-stream.ts'

/** Everything has a default. */
export interface AnthropicOptions extends HttpOptions {
  /** Default: `ANTHROPIC_API_KEY`. */
  apiKey?: string
  /** The address without `/v1`; default: `ANTHROPIC_BASE_URL`, or Anthropic's own. */
  baseUrl?: string
  /** The API's version; default `2023-06-01`. */
  version?: string
  /** The longest event, in characters; default 16 Mi. */
  maxEventChars?: number
}

/**
 * An Anthropic model. Where a request names no `maxOutputTokens`, 4096 are asked for, because the API demands a limit.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { anthropic } from '@streamseal/stream/anthropic'
 * assert.equal(anthropic('claude-sonnet-4-5', { apiKey: 'sk-…' }).provider, 'anthropic')
 * ```
 */
export function anthropic(modelId: string, options: AnthropicOptions = {}): Model {
  const provider = 'anthropic'
  const {
    apiKey = process.env.ANTHROPIC_API_KEY,
    baseUrl = process.env.ANTHROPIC_BASE_URL || 'https://api.anthropic.com',
    version = '2023-06-01',
  } = options
  return httpModel({
    provider,
    modelId,
    maxEventChars: options.maxEventChars,
    request: request => ({
      url: `${baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/messages`,
      headers: {
        ...defined({ 'x-api-key': apiKey, 'anthropic-version': version }),
        ...options.headers,
        ...request.headers,
      },
      body: anthropicRequest(modelId, request),
      fetch: options.fetch,
    }),
    decoder: createAnthropicDecoder,
  })
}
