/** The models that the gateway can reach, from `GET /v1/models`. */

/** The list, or why there is none. */
export interface ModelList {
  status: 'loading' | 'ready' | 'unauthorized' | 'unreachable'
  names: string[]
}

const maxNames = 500
const timeoutMs = 15_000

/** Asks for the models; never throws: the playground works without a list, on the gateway's default model. */
export async function fetchModels(headers: Record<string, string>): Promise<ModelList> {
  try {
    const response = await fetch('/v1/models', { headers, signal: AbortSignal.timeout(timeoutMs) })
    if (response.status === 401) return { status: 'unauthorized', names: [] }
    if (!response.ok) return { status: 'unreachable', names: [] }
    return { status: 'ready', names: namesIn(await response.json()) }
  } catch {
    return { status: 'unreachable', names: [] }
  }
}

function namesIn(body: unknown): string[] {
  const data = (body as { data?: unknown } | null)?.data
  if (!Array.isArray(data)) return []
  const names = data.map(row => (row as { id?: unknown } | null)?.id).filter(id => typeof id === 'string')
  return [...new Set(names)].slice(0, maxNames)
}
