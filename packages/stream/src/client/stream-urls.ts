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
export function streamUrls(url: string | URL, options: PartStreamOptions): StreamUrls {
  const base = new URL(url, (globalThis as { location?: { href: string } }).location?.href)
  const isSocket =
    options.transport === undefined ? base.protocol.startsWith('ws') : options.transport === 'web-socket'
  const inScheme = (path: string | URL, ofSocket: boolean): URL => {
    const full = new URL(path, base)
    full.protocol = full.protocol.replace(/^(ws|http)/, ofSocket ? 'ws' : 'http')
    return full
  }
  const resumed = (runId: string | undefined): string | URL => {
    if (runId === undefined || (options.resumeUrl === undefined && options.body === undefined)) return base
    return options.resumeUrl?.(runId) ?? `/runs/${encodeURIComponent(runId)}/stream`
  }
  return {
    isSocket,
    first: inScheme(base, isSocket),
    after(runId, cursor) {
      const next = inScheme(resumed(runId), isSocket)
      if (cursor > 0) next.searchParams.set('after', String(cursor))
      return next
    },
    cancel(runId) {
      const { cancelUrl = (id: string) => `/runs/${encodeURIComponent(id)}/cancel` } = options
      return cancelUrl === false ? undefined : inScheme(cancelUrl(runId), false)
    },
  }
}
