/** Any server that speaks OpenAI's chat completions, and presets for well-known ones. */
import { httpModel } from './bytes-to-parts.ts'
import type { Model } from './contract.ts'
import { defined } from './defined.ts'
import type { HttpOptions } from './http/open-stream.ts'
import { createChatDecoder } from './openai-chat/decoder.ts'
import { type ChatDialect, chatRequest } from './openai-chat/request.ts'
import { type LimitOptions, withLimits } from './resilience/limits.ts'

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
 * A model behind any server that speaks OpenAI's chat completions. Throws `TypeError` where no address is given.
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
  if (typeof options.baseUrl !== 'string') throw new TypeError(`Cannot reach "${provider}": give \`baseUrl\``)
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
    decoder: (out, context) =>
      createChatDecoder(out, { ...context, doneIsEnough: options.doneIsEnough ?? true }),
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
    return openAICompatible(modelId, { ...rest, ...(key ? { apiKey: key } : {}), ...defined(options) })
  }
}

/** The LiteLLM proxy's settings in one object, with the bounds that all of its streams share. */
export interface LiteLLMConfig extends PresetOptions, LimitOptions {
  model: string
}

const liteLLMPreset = preset({
  provider: 'litellm',
  baseUrl: 'http://localhost:4000/v1',
  keyVariable: 'LITELLM_API_KEY',
})

/**
 * The LiteLLM proxy, on its usual port; key from `LITELLM_API_KEY`. As one object it also takes `streamTimeoutMs` and
 * `maxConcurrentStreams`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { liteLLM } from '@streamseal/stream/openai-compatible'
 * assert.equal(liteLLM('gpt-4').provider, 'litellm')
 * assert.equal(liteLLM({ model: 'gpt-4', streamTimeoutMs: 120_000, maxConcurrentStreams: 10 }).modelId, 'gpt-4')
 * ```
 */
export function liteLLM(config: string | LiteLLMConfig, options: PresetOptions = {}): Model {
  if (typeof config === 'string') return liteLLMPreset(config, options)
  const { model, streamTimeoutMs, maxConcurrentStreams, maxWaitingStreams, ...rest } = config
  const limits = defined({ streamTimeoutMs, maxConcurrentStreams, maxWaitingStreams })
  return withLimits(liteLLMPreset(model, rest), limits)
}

/**
 * A local Ollama.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { ollama } from '@streamseal/stream/openai-compatible'
 * assert.equal(ollama('llama3.2').provider, 'ollama')
 * ```
 */
export const ollama: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'ollama',
  baseUrl: 'http://localhost:11434/v1',
})

/**
 * Groq; key from `GROQ_API_KEY`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { groq } from '@streamseal/stream/openai-compatible'
 * assert.equal(groq('qwen3-32b').provider, 'groq')
 * ```
 */
export const groq: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  keyVariable: 'GROQ_API_KEY',
})

/**
 * DeepSeek; key from `DEEPSEEK_API_KEY`. It knows JSON mode, not JSON schemas, and wants its reasoning back while tools are called.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { deepSeek } from '@streamseal/stream/openai-compatible'
 * assert.equal(deepSeek('deepseek-chat').provider, 'deepseek')
 * ```
 */
export const deepSeek: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'deepseek',
  baseUrl: 'https://api.deepseek.com/v1',
  keyVariable: 'DEEPSEEK_API_KEY',
  jsonSchema: false,
  sendReasoning: true,
})

/**
 * Mistral; key from `MISTRAL_API_KEY`. It reports usage unasked and refuses `stream_options`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mistral } from '@streamseal/stream/openai-compatible'
 * assert.equal(mistral('mistral-small-latest').provider, 'mistral')
 * ```
 */
export const mistral: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'mistral',
  baseUrl: 'https://api.mistral.ai/v1',
  keyVariable: 'MISTRAL_API_KEY',
  streamUsage: false,
})

/**
 * xAI; key from `XAI_API_KEY`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { xai } from '@streamseal/stream/openai-compatible'
 * assert.equal(xai('grok-4').provider, 'xai')
 * ```
 */
export const xai: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'xai',
  baseUrl: 'https://api.x.ai/v1',
  keyVariable: 'XAI_API_KEY',
})

/**
 * Together AI; key from `TOGETHER_API_KEY`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { together } from '@streamseal/stream/openai-compatible'
 * assert.equal(together('meta-llama/Llama-3.3-70B-Instruct-Turbo').provider, 'together')
 * ```
 */
export const together: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'together',
  baseUrl: 'https://api.together.xyz/v1',
  keyVariable: 'TOGETHER_API_KEY',
})

/**
 * OpenRouter; key from `OPENROUTER_API_KEY`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { openRouter } from '@streamseal/stream/openai-compatible'
 * assert.equal(openRouter('openai/gpt-5-mini').provider, 'openrouter')
 * ```
 */
export const openRouter: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'openrouter',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyVariable: 'OPENROUTER_API_KEY',
})

/**
 * A vLLM server on its usual port; key from `VLLM_API_KEY`, where it was started with one.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { vLLM } from '@streamseal/stream/openai-compatible'
 * assert.equal(vLLM('qwen3').provider, 'vllm')
 * ```
 */
export const vLLM: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'vllm',
  baseUrl: 'http://localhost:8000/v1',
  keyVariable: 'VLLM_API_KEY',
})

/**
 * LM Studio's local server.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { lmStudio } from '@streamseal/stream/openai-compatible'
 * assert.equal(lmStudio('qwen3').provider, 'lmstudio')
 * ```
 */
export const lmStudio: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'lmstudio',
  baseUrl: 'http://localhost:1234/v1',
})

/**
 * The llama.cpp server on its usual port.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { llamaCpp } from '@streamseal/stream/openai-compatible'
 * assert.equal(llamaCpp('any').provider, 'llamacpp')
 * ```
 */
export const llamaCpp: (modelId: string, options?: PresetOptions) => Model = preset({
  provider: 'llamacpp',
  baseUrl: 'http://localhost:8080/v1',
})
