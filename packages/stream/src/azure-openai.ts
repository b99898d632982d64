/** OpenAI's models on Azure. */
import type { Model } from './contract.ts'
import type { HttpOptions } from './http/open-stream.ts'
import { openAICompatible } from './openai-compatible.ts'
import { responsesModel } from './openai-responses/model.ts'

/** Where the resource is. */
export interface AzureOpenAIOptions extends HttpOptions {
  /** Such as `https://my-resource.openai.azure.com`; default: `AZURE_OPENAI_ENDPOINT`. */
  endpoint?: string
  /** Default: `AZURE_OPENAI_API_KEY`. Leave it out and give an `authorization` header to use Entra ID. */
  apiKey?: string
  /** Default: `OPENAI_API_VERSION`, or `2024-10-21`. */
  apiVersion?: string
  /** Which API is spoken; default `chat`. */
  api?: 'chat' | 'responses'
  /** The longest event, in characters; default 16 Mi. */
  maxEventChars?: number
}

/**
 * A model deployed on Azure, by its deployment's name. Throws `TypeError` where no endpoint is known.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { azureOpenAI } from '@streamseal/stream/azure-openai'
 * const model = azureOpenAI('my-gpt', { endpoint: 'https://example.openai.azure.com', apiKey: '…' })
 * assert.equal(model.provider, 'azure-openai')
 * ```
 */
export function azureOpenAI(deployment: string, options: AzureOpenAIOptions = {}): Model {
  const provider = 'azure-openai'
  const { fetch, maxEventChars, api = 'chat' } = options
  const endpoint = (options.endpoint ?? process.env.AZURE_OPENAI_ENDPOINT)?.replace(/\/+$/, '')
  if (!endpoint) throw new TypeError('Cannot reach Azure: give `endpoint`, or set AZURE_OPENAI_ENDPOINT')
  const apiKey = options.apiKey ?? process.env.AZURE_OPENAI_API_KEY
  const headers = { ...(apiKey === undefined ? {} : { 'api-key': apiKey }), ...options.headers }
  if (api === 'responses') {
    return responsesModel(deployment, {
      provider,
      url: `${endpoint}/openai/v1/responses`,
      headers,
      fetch,
      maxEventChars,
    })
  }
  return openAICompatible(deployment, {
    provider,
    baseUrl: `${endpoint}/openai/deployments/${encodeURIComponent(deployment)}`,
    query: { 'api-version': options.apiVersion ?? (process.env.OPENAI_API_VERSION || '2024-10-21') },
    maxTokensKey: 'max_completion_tokens',
    doneIsEnough: false,
    headers,
    ...(fetch === undefined ? {} : { fetch }),
    ...(maxEventChars === undefined ? {} : { maxEventChars }),
  })
}
