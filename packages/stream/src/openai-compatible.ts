/** Any server that speaks OpenAI's chat completions, and presets for well-known ones. */
import { httpModel } from './bytes-to-parts.ts'
import type { Model } from './contract.ts'
import type { HttpOptions } from './http/open-stream.ts'
import { createChatDecoder } from './openai-chat/decoder.ts'
import { type ChatDialect, chatRequest } from './openai-chat/request.ts'

/** Where the server is and how it differs from OpenAI. */
export interface OpenAICompatibleOptions extends HttpOptions, ChatDialect {
  /** The address that `/chat/completions` is appended to, such as `http://localhost:8000/v1`. */
  baseUrl: string
  /** Sent as a bearer token; none is sent without it. */
  apiKey?: string
  /** The name in parts, errors and claims; default `openai-compatible`. */
  provider?: string
  /** Appended to every address, such as Azure's `api-version`. */
  query?: Record<string, string>
  /** The longest event, in characters; default 16 Mi. */
  maxEventChars?: number
}

/** A preset's options: everything may be replaced. */
export type PresetOptions = Partial<OpenAICompatibleOptions>

/**
 * A model behind any server that speaks OpenAI's chat completions.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { openAICompatible } from '@streamseal/stream/openai-compatible'
 * const model = openAICompatible('qwen3', { baseUrl: 'http://localhost:8000/v1' })
 * assert.equal(model.modelId, 'qwen3')
 * ```
 */
export function openAICompatible(modelId: string, options: OpenAICompatibleOptions): Model {
  const { provider = 'openai-compatible' } = options
  const url = `${options.baseUrl.replace(/\/+$/, '')}/chat/completions${queryOf(options.query)}`
  return httpModel({
    provider,
    modelId,
    maxEventChars: options.maxEventChars,
    request: request => ({
      url,
      headers: { ...authorization(options.apiKey), ...options.headers, ...request.headers },
      body: chatRequest(modelId, request, options),
      fetch: options.fetch,
    }),
    decoder: (out, { requestId }) =>
      createChatDecoder(out, {
        provider,
        model: modelId,
        requestId,
        doneIsEnough: options.doneIsEnough ?? true,
      }),
  })
}

function authorization(apiKey: string | undefined): Record<string, string> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
}

function queryOf(query: Record<string, string> = {}): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? '' : `?${text}`
}

interface Preset extends Omit<OpenAICompatibleOptions, 'apiKey'> {
  /** The environment variable that holds the key. */
  keyVariable?: string
}

function preset(defaults: Preset): (modelId: string, options?: PresetOptions) => Model {
  return (modelId, options = {}) => {
    const { keyVariable, ...rest } = defaults
    const key = keyVariable === undefined ? undefined : process.env[keyVariable]
    return openAICompatible(modelId, { ...rest, ...(key ? { apiKey: key } : {}), ...options })
  }
}

/** The LiteLLM proxy, on its usual port; key from `LITELLM_API_KEY`. */
export const liteLLM: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'litellm',
  baseUrl: 'http://localhost:4000/v1',
  keyVariable: 'LITELLM_API_KEY',
})

/** A local Ollama. */
export const ollama: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'ollama',
  baseUrl: 'http://localhost:11434/v1',
})

/** Groq; key from `GROQ_API_KEY`. */
export const groq: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  keyVariable: 'GROQ_API_KEY',
})

/** DeepSeek; key from `DEEPSEEK_API_KEY`. It knows JSON mode, not JSON schemas. */
export const deepSeek: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'deepseek',
  baseUrl: 'https://api.deepseek.com/v1',
  keyVariable: 'DEEPSEEK_API_KEY',
  jsonSchema: false,
})

/** Mistral; key from `MISTRAL_API_KEY`. It reports usage unasked and refuses `stream_options`. */
export const mistral: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'mistral',
  baseUrl: 'https://api.mistral.ai/v1',
  keyVariable: 'MISTRAL_API_KEY',
  streamUsage: false,
})

/** xAI; key from `XAI_API_KEY`. */
export const xai: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'xai',
  baseUrl: 'https://api.x.ai/v1',
  keyVariable: 'XAI_API_KEY',
})

/** Together AI; key from `TOGETHER_API_KEY`. */
export const together: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'together',
  baseUrl: 'https://api.together.xyz/v1',
  keyVariable: 'TOGETHER_API_KEY',
})

/** OpenRouter; key from `OPENROUTER_API_KEY`. */
export const openRouter: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'openrouter',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyVariable: 'OPENROUTER_API_KEY',
})

/** A vLLM server on its usual port; key from `VLLM_API_KEY`, where it was started with one. */
export const vLLM: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'vllm',
  baseUrl: 'http://localhost:8000/v1',
  keyVariable: 'VLLM_API_KEY',
})

/** LM Studio's local server. */
export const lmStudio: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'lmstudio',
  baseUrl: 'http://localhost:1234/v1',
})

/** The llama.cpp server on its usual port. */
export const llamaCpp: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'llamacpp',
  baseUrl: 'http://localhost:8080/v1',
})
