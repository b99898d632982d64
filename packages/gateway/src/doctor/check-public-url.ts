/** Whether a gateway can be reached at its public URL, is this one, and whether something on the way there holds events back. */
import type { Config } from '../config/read-config.ts'
import { exportKeys } from '../keys/change-keys.ts'
import { type Finding, failed, look, ok, skipped, warning } from './finding.ts'

const timeoutMs = 10_000

/** Looks at `url`, or at the configured public URL. */
export async function checkPublicUrl(
  config: Config,
  url: string | undefined = config.publicUrl,
): Promise<Finding[]> {
  if (url === undefined) return [skipped('public URL', 'none is configured: --url looks at one')]
  const base = url.replace(/\/+$/, '')
  const reached = await look(
    'public URL',
    () => checkKeysAt(base, config),
    'is the gateway running, and the name right?',
  )
  return reached.state === 'failed'
    ? [reached]
    : [reached, await look('buffering', () => checkBuffering(base))]
}

async function checkKeysAt(base: string, { dataDirectory }: Config): Promise<Finding> {
  const response = await fetch(`${base}/.well-known/jwks.json`, { signal: AbortSignal.timeout(timeoutMs) })
  if (!response.ok) return failed('public URL', `${base} answers with status ${response.status}`)
  const { keys = [] } = (await response.json()) as { keys?: { kid?: string }[] }
  const own = new Set(exportKeys(dataDirectory).keys.map(({ kid }) => kid))
  if (keys.some(({ kid }) => own.has(kid)))
    return ok('public URL', `${base} is a gateway with the keys of this machine`)
  return warning('public URL', `${base} is a gateway with other keys`, 'is its data directory another one?')
}

/** So much of the time over which events are sent must lie between the first and the last that arrive. */
const leastSpread = 0.5

/** The gateway sends events at a known pace; what arrives all at once was held back by something between. */
async function checkBuffering(base: string): Promise<Finding> {
  const response = await fetch(`${base}/healthz/stream`, { signal: AbortSignal.timeout(timeoutMs) })
  if (response.status === 404)
    return skipped('buffering', 'the gateway there is older and has no /healthz/stream')
  if (!response.ok || response.body === null)
    return failed('buffering', `/healthz/stream answers with status ${response.status}`)
  const arrivals: number[] = []
  let overMs = 0
  const decoder = new TextDecoder()
  for await (const chunk of response.body) {
    arrivals.push(performance.now())
    overMs = Number(/"over_ms":(\d+)/.exec(decoder.decode(chunk, { stream: true }))?.[1] ?? overMs)
  }
  const spread = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)
  const coding = response.headers.get('content-encoding')
  if (arrivals.length > 1 && spread >= overMs * leastSpread)
    return ok('buffering', `events arrive as they are sent, over ${Math.round(spread)} ms`)
  return failed(
    'buffering',
    `events of ${overMs} ms arrived within ${Math.round(spread)} ms${coding === null ? '' : `, compressed (${coding})`}: something on the way holds them back`,
    'turn off buffering and compression of text/event-stream there (nginx: proxy_buffering off; gzip off)',
  )
}
