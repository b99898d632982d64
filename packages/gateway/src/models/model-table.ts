/** Finds the way to a model by its name, and lists what there is. */
import { StreamError } from '@streamseal/stream'
import { GatewayError } from '../http/gateway-error.ts'
import type { ModelEntry, ModelRoute, ModelSource, OpenAIUpstream } from './model-route.ts'

/** The models of a gateway. */
export interface ModelTable {
  readonly sources: readonly ModelSource[]
  /** The server that unlisted `/v1/*` passes to. */
  readonly passThrough: OpenAIUpstream | undefined
  /** The way to `name`; throws `MODEL_NOT_FOUND` where nothing serves it. */
  find(name: string): ModelRoute
  /** The way to the model of requests that name none. */
  findDefault(authorization?: string): Promise<ModelRoute>
  /** What all sources list; rejects only where none could be asked. */
  list(authorization?: string): Promise<readonly ModelEntry[]>
}

/** Makes the table; the first source that serves a name wins. */
export function createModelTable(
  sources: readonly ModelSource[],
  defaultModel: string | undefined,
): ModelTable {
  let firstListed: Promise<string> | undefined
  const find = (name: string): ModelRoute => {
    for (const source of sources) {
      const route = source.find(name)
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
    return entries
  }
  return {
    sources,
    passThrough: sources.find(source => source.provider !== 'ollama' && source.upstream !== undefined)
      ?.upstream,
    find,
    list,
    async findDefault(authorization) {
      if (defaultModel !== undefined) return find(defaultModel)
      firstListed ??= nameFirst(list(authorization))
      try {
        return find(await firstListed)
      } catch (error) {
        // Asked again next time: the provider may be back by then.
        firstListed = undefined
        throw error
      }
    },
  }
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
