/** Where models come from, as the environment says: OpenAI's dialect, Anthropic, a local Ollama, or the one that is built in. */
import { anthropic } from '@streamseal/stream/anthropic'
import { demo, demoModels } from '@streamseal/stream/demo'
import { openAICompatible } from '@streamseal/stream/openai-compatible'
import type { Config, ProviderConfig } from '../config/read-config.ts'
import type { ProviderEntry } from '../config/read-config-file.ts'
import { fetchModels } from './fetch-models.ts'
import type { ModelEntry, ModelRoute, ModelSource, OpenAIUpstream } from './model-route.ts'
import { matchesName } from './model-rules.ts'

type Limits = Pick<Config, 'maxEventBytes' | 'responses'>

/** A provider, with a name of its own where the configuration gives it one. */
type Named = ProviderConfig & { readonly name?: string }

/** How long a local Ollama may take to say that it is there. */
const probeTimeoutMs = 400

/** Every source that the configuration names or that answers on this machine, in the order in which they are asked. */
export async function findSources(config: Config): Promise<readonly ModelSource[]> {
  const sources = [
    ...config.providers.map(entry => namedSource(entry, config)),
    config.anthropic === undefined ? undefined : anthropicSource(config.anthropic, config),
    await ollamaSource(config.ollama.baseUrl, config),
    config.openai === undefined ? undefined : openAISource(config.openai, config),
  ].filter(source => source !== undefined)
  return sources.length === 0 ? [demoSource(config.demoTokensPerSecond)] : sources
}

/** A server that the configuration names: under its own name, and for the names that it is given. */
function namedSource(entry: ProviderEntry, limits: Limits): ModelSource {
  const source = entry.dialect === 'anthropic' ? anthropicSource(entry, limits) : openAISource(entry, limits)
  const prefix = `${entry.name}/`
  const given = entry.models.length === 0 ? '' : ` and ${quoted(entry.models)}`
  return {
    ...source,
    provider: entry.name,
    description: `${entry.name}: ${source.description}`,
    serves: `"${prefix}<any>"${given}`,
    find(name) {
      const isGiven = entry.models.some(pattern => matchesName(pattern, name))
      const own = name.startsWith(prefix) ? name.slice(prefix.length) : isGiven ? name : undefined
      return own === undefined ? undefined : source.find(own)
    },
  }
}

function openAISource({ name, baseUrl, apiKey }: Named, limits: Limits): ModelSource {
  const isOpenAI = new URL(baseUrl).hostname === 'api.openai.com'
  const upstream = {
    provider: name ?? (isOpenAI ? 'openai' : 'openai-compatible'),
    baseUrl,
    responses: isOpenAI && limits.responses === 'auto' ? 'native' : limits.responses,
    ...(apiKey === undefined ? {} : { apiKey }),
  }
  return {
    provider: upstream.provider,
    description: `${baseUrl} (OpenAI's dialect, ${keyWords(apiKey)})`,
    serves: 'every other name',
    upstream,
    find: name => upstreamRoute(upstream, name, limits),
    list: authorization => listUpstream(upstream, authorization),
  }
}

function upstreamRoute(upstream: OpenAIUpstream, model: string, { maxEventBytes }: Limits): ModelRoute {
  const { provider, baseUrl, apiKey } = upstream
  return {
    provider,
    model,
    upstream,
    toModel: authorization =>
      openAICompatible(model, {
        provider,
        baseUrl,
        maxEventChars: maxEventBytes,
        // OpenAI's newer models refuse the older name, which other servers still use.
        ...(provider === 'openai' ? { maxTokensKey: 'max_completion_tokens' as const } : {}),
        ...(apiKey === undefined ? {} : { apiKey }),
        ...(apiKey === undefined && authorization !== undefined ? { headers: { authorization } } : {}),
      }),
  }
}

function listUpstream(
  { provider, baseUrl, apiKey }: OpenAIUpstream,
  authorization?: string,
): Promise<readonly ModelEntry[]> {
  const sent = apiKey === undefined ? authorization : `Bearer ${apiKey}`
  return fetchModels(`${baseUrl}/models`, {
    provider,
    ...(sent === undefined ? {} : { headers: { authorization: sent } }),
  })
}

function anthropicSource({ name: given, baseUrl, apiKey }: Named, limits: Limits): ModelSource {
  const provider = given ?? 'anthropic'
  const base = baseUrl.replace(/\/v1$/, '')
  const upstream = { provider, baseUrl: base, ...(apiKey === undefined ? {} : { apiKey }) }
  return {
    provider,
    description: `${base} (Anthropic, ${keyWords(apiKey)})`,
    serves: 'names that begin with "claude" or "anthropic/claude"',
    find(name) {
      const model = name.startsWith('anthropic/') ? name.slice('anthropic/'.length) : name
      if (given === undefined && !model.startsWith('claude')) return undefined
      return {
        provider,
        model,
        anthropic: upstream,
        toModel: () =>
          anthropic(model, {
            baseUrl: base,
            maxEventChars: limits.maxEventBytes,
            ...(apiKey === undefined ? {} : { apiKey }),
          }),
      }
    },
    list: () =>
      fetchModels(`${base}/v1/models?limit=1000`, {
        provider,
        headers: {
          'anthropic-version': '2023-06-01',
          ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
        },
      }),
  }
}

/** Ollama is asked once, at start; models that it pulls later are found under `ollama/<name>`. */
async function ollamaSource(host: string, limits: Limits): Promise<ModelSource | undefined> {
  const provider = 'ollama'
  const upstream = { provider, baseUrl: `${host}/v1`, apiKey: 'ollama', responses: limits.responses }
  const list = () => fetchModels(`${upstream.baseUrl}/models`, { provider, timeoutMs: probeTimeoutMs })
  const entries = await list().catch(() => undefined)
  if (entries === undefined) return undefined
  const names = new Set(entries.flatMap(({ id }) => [id, id.replace(/:latest$/, '')]))
  return {
    provider,
    description: `${host} (Ollama, ${entries.length} models)`,
    serves: `what Ollama lists (${quoted([...names])}) and "ollama/<any>"`,
    upstream,
    find(name) {
      if (name.startsWith('ollama/')) return upstreamRoute(upstream, name.slice('ollama/'.length), limits)
      return names.has(name) ? upstreamRoute(upstream, name, limits) : undefined
    },
    list,
  }
}

function demoSource(tokensPerSecond: number): ModelSource {
  const provider = 'demo'
  return {
    provider,
    description:
      'demo, the built-in model: it plays back written text and is no AI; set OPENAI_API_KEY or OPENAI_BASE_URL for one',
    serves: `${quoted(demoModels)} (built in, no AI; set OPENAI_API_KEY or OPENAI_BASE_URL for others)`,
    find(model) {
      if (!demoModels.includes(model)) return undefined
      return { provider, model, toModel: () => demo({ model, tokensPerSecond }) }
    },
    list: async () => demoModels.map(id => ({ id, object: 'model', created: 0, owned_by: provider })),
  }
}

/** More names than fit in a sentence are not all told. */
const maxQuoted = 12

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, maxQuoted).map(name => `"${name}"`)
  return [...shown, ...(names.length > maxQuoted ? ['…'] : [])].join(', ')
}

function keyWords(apiKey: string | undefined): string {
  return apiKey === undefined ? "the client's own key" : 'key from the environment'
}
