/** Finds the way to a model by its name, and lists what there is. */
import { createHash } from 'node:crypto'
import { StreamError } from '@streamseal/stream'
import { GatewayError } from '../http/gateway-error.ts'
import type { ModelEntry, ModelRoute, ModelSource, OpenAIUpstream } from './model-route.ts'
import { type ModelRules, ruleFor } from './model-rules.ts'

/** The models of a gateway. */
export interface ModelTable {
  readonly sources: readonly ModelSource[]
  /** The server that unlisted `/v1/*` passes to. */
  readonly passThrough: OpenAIUpstream | undefined
  /** The way to `name`; throws `MODEL_NOT_FOUND` where nothing serves it. */
  find(name: string): ModelRoute
  /** The way to the model of requests that name none: the first that is listed to whoever asks. */
  findDefault(authorization?: string): Promise<ModelRoute>
  /** What all sources list; rejects only where none could be asked. */
  list(authorization?: string): Promise<readonly ModelEntry[]>
}

/** Makes the table; the first source that serves a name wins. A rule may lead a name to another one, once. */
export function createModelTable(
  sources: readonly ModelSource[],
  defaultModel: string | undefined,
  rules: ModelRules = {},
): ModelTable {
  // Where the client's own key asks the provider, each key may be shown other models.
  const isListedByClient = sources.some(
    ({ upstream }) => upstream !== undefined && upstream.apiKey === undefined,
  )
  const firstListed = new Map<string, Promise<string>>()
  const find = (name: string): ModelRoute => {
    const asked = ruleFor(rules, name)?.to ?? name
    for (const source of sources) {
      const route = source.find(asked)
      if (route !== undefined) return route
    }
    throw notFound(
      `Cannot find the model "${clip(name)}": this gateway serves ${sources.map(from => from.serves).join(', and ')}`,
    )
  }
  const list = async (authorization?: string): Promise<readonly ModelEntry[]> => {
    const lists = await Promise.allSettled(sources.map(source => source.list(authorization)))
    const entries = lists.flatMap(result => (result.status === 'fulfilled' ? result.value : []))
    const failure = lists.find(result => result.status === 'rejected')
    if (entries.length === 0 && failure !== undefined) throw failure.reason
    return [...entries, ...aliases(rules)]
  }
  return {
    sources,
    passThrough: passThroughOf(sources),
    find,
    list,
    async findDefault(authorization) {
      if (defaultModel !== undefined) return find(defaultModel)
      const asker = isListedByClient ? digestOf(authorization) : ''
      const known = firstListed.get(asker)
      const first = known ?? nameFirst(list(authorization))
      if (known === undefined) remember(firstListed, asker, first)
      try {
        return find(await first)
      } catch (error) {
        // Asked again next time: the provider may be back by then.
        firstListed.delete(asker)
        throw error
      }
    },
  }
}

/** Names that lead to others are listed behind what they lead to. */
function aliases(rules: ModelRules): ModelEntry[] {
  const names = Object.keys(rules).filter(name => rules[name]?.to !== undefined && !name.endsWith('*'))
  return names.map(id => ({ id, object: 'model', created: 0, owned_by: 'streamseal' }))
}

/** The environment's server of OpenAI's dialect, else the first that the file names. */
function passThroughOf(sources: readonly ModelSource[]): OpenAIUpstream | undefined {
  const upstreams = sources.flatMap(({ provider, upstream }) =>
    provider === 'ollama' || upstream === undefined ? [] : [upstream],
  )
  return upstreams.find(({ provider }) => provider.startsWith('openai')) ?? upstreams[0]
}

/** So many clients' listings are remembered; the oldest is forgotten first. */
const maxRemembered = 1000

function remember(listed: Map<string, Promise<string>>, asker: string, first: Promise<string>): void {
  listed.set(asker, first)
  const [oldest] = listed.keys()
  if (listed.size > maxRemembered && oldest !== undefined) listed.delete(oldest)
}

/** A key itself is not kept. */
function digestOf(authorization = ''): string {
  return createHash('sha256').update(authorization).digest('base64')
}

async function nameFirst(listing: Promise<readonly ModelEntry[]>): Promise<string> {
  const [first] = await listing.catch(cause => {
    const reason = cause instanceof StreamError ? cause.message : String(cause)
    throw notFound(`Cannot choose a model: ${reason}; name one, or set STREAMSEAL_MODEL`)
  })
  if (first === undefined)
    throw notFound('Cannot choose a model: none is listed; name one, or set STREAMSEAL_MODEL')
  return first.id
}

function notFound(message: string): GatewayError {
  return new GatewayError(message, { code: 'MODEL_NOT_FOUND', param: 'model' })
}

function clip(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name
}
