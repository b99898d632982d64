/** Where a run is asked for, read on and stopped. */
import type { PartStreamOptions } from './part-stream-options.ts'

/** The URLs of one stream. */
export interface StreamUrls {
  readonly isSocket: boolean
  readonly first: URL
  /** Where the run is read after a cursor. */
  after(runId: string | undefined, cursor: number): URL
  /** Where the run is stopped. */
  cancel(runId: string): URL | undefined
}

/** Resolves them against the page where there is one. Throws `TypeError` for a URL that is none. */
export function streamUrls(
  url: string | URL,
  { transport, body, resumeUrl, cancelUrl = cancelPath }: PartStreamOptions,
): StreamUrls {
  const first = new URL(url, (globalThis as { location?: { href: string } }).location?.href)
  const isSocket = transport === undefined ? first.protocol.startsWith('ws') : transport === 'web-socket'
  const inScheme = (path: string | URL, scheme: string): URL => {
    const full = new URL(path, first)
    full.protocol = full.protocol.replace(/^(ws|http)/, scheme)
    return full
  }
  // A server of several formats is asked for the same one again.
  const format = first.searchParams.get('format')
  const again = (runId: string): string | URL =>
    resumeUrl?.(runId) ?? `${pathOf(runId)}stream${format ? `?format=${encodeURIComponent(format)}` : ''}`
  const hasPlace = resumeUrl !== undefined || body !== undefined
  const scheme = isSocket ? 'ws' : 'http'
  return {
    isSocket,
    first: inScheme(first, scheme),
    after(runId, cursor) {
      const next = inScheme(runId !== undefined && hasPlace ? again(runId) : first, scheme)
      if (cursor > 0) next.searchParams.set('after', `${cursor}`)
      return next
    },
    cancel: runId => (cancelUrl === false ? undefined : inScheme(cancelUrl(runId), 'http')),
  }
}

const pathOf = (runId: string): string => `/runs/${encodeURIComponent(runId)}/`
const cancelPath = (runId: string): string => `${pathOf(runId)}cancel`
