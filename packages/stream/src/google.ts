/** Google's Gemini models. */
import { httpModel } from './bytes-to-parts.ts'
import type { Model } from './contract.ts'
import { createGoogleDecoder } from './google/decoder.ts'
import { googleRequest } from './google/request.ts'
import type { HttpOptions } from './http/open-stream.ts'

/** Everything has a default. */
export interface GoogleOptions extends HttpOptions {
  /** Default: `GOOGLE_GENERATIVE_AI_API_KEY`, or `GEMINI_API_KEY`. */
  apiKey?: string
  /** The address with its version; default: `GOOGLE_BASE_URL`, or Google's own with `/v1beta`. */
  baseUrl?: string
  /** The longest event, in characters; default 16 Mi. */
  maxEventChars?: number
}

/**
 * A Gemini model.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { google } from '@streamseal/stream/google'
 * assert.equal(google('gemini-3-pro', { apiKey: '…' }).provider, 'google')
 * ```
 */
export function google(modelId: string, options: GoogleOptions = {}): Model {
  const provider = 'google'
  const apiKey = options.apiKey ?? (process.env.GOOGLE_GENERATIVE_AI_API_KEY || process.env.GEMINI_API_KEY)
  const baseUrl =
    options.baseUrl ?? (process.env.GOOGLE_BASE_URL || 'https://generativelanguage.googleapis.com/v1beta')
  const path = `models/${encodeURIComponent(modelId)}:streamGenerateContent?alt=sse`
  return httpModel({
    provider,
    modelId,
    maxEventChars: options.maxEventChars,
    request: request => ({
      url: `${baseUrl.replace(/\/+$/, '')}/${path}`,
      headers: { ...(apiKey ? { 'x-goog-api-key': apiKey } : {}), ...options.headers, ...request.headers },
      body: googleRequest(request),
      fetch: options.fetch,
    }),
    decoder: createGoogleDecoder,
  })
}
