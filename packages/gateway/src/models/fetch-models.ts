/** Asks a server for its list of models, bounded in time and size. */
import { StreamError } from '@streamseal/stream'
import type { ModelEntry } from './model-route.ts'

/** What a listing asks. */
export interface FetchModelsOptions {
  readonly provider: string
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds; default 5,000. */
  readonly timeoutMs?: number
  /** A longer listing is refused; default 8 MiB. */
  readonly maxBytes?: number
}

/** Entries beyond this are dropped. */
const maxEntries = 5000

/** The entries of a `GET …/models` in OpenAI's or Anthropic's shape; throws a `StreamError` where there is none. */
export async function fetchModels(
  url: string,
  { provider, headers = {}, timeoutMs = 5000, maxBytes = 8 << 20 }: FetchModelsOptions,
): Promise<readonly ModelEntry[]> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
    if (!response.ok) throw refused(provider, response.status)
    return entriesOf(JSON.parse(await readText(response, maxBytes)), provider)
  } catch (cause) {
    if (cause instanceof StreamError) throw cause
    throw new StreamError(`Cannot list the models of "${provider}": ${reasonOf(cause)}`, {
      code: 'PROVIDER_UNAVAILABLE',
      provider,
      cause,
    })
  }
}

/** Reads the body; what is longer than `maxBytes` is not read to its end. */
async function readText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > maxBytes) throw new RangeError(`it is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function entriesOf(body: unknown, provider: string): ModelEntry[] {
  const data = (body as { data?: unknown } | null)?.data
  if (!Array.isArray(data)) return []
  return data
    .slice(0, maxEntries)
    .filter((row): row is { id: string } => typeof (row as { id?: unknown } | null)?.id === 'string')
    .map(row => ({ object: 'model', created: 0, owned_by: provider, ...row }))
}

function refused(provider: string, status: number): StreamError {
  const code = status === 401 || status === 403 ? 'AUTHENTICATION_FAILED' : 'PROVIDER_ERROR'
  return new StreamError(`Cannot list the models of "${provider}": status ${status}`, {
    code,
    provider,
    status,
  })
}

function reasonOf(cause: unknown): string {
  const inner = (cause as { cause?: { code?: unknown } }).cause?.code
  return typeof inner === 'string' ? inner : String((cause as Error).message)
}
