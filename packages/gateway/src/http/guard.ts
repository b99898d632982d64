/**
 * Keeps strangers' web pages out: a page that a developer has open must not be able to spend the money behind a gateway
 * on the same machine. Three things are looked at: `Host` (DNS rebinding), `Origin` (RFC 6454 §7) and `Sec-Fetch-Site`
 * (Fetch Metadata Request Headers, W3C).
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isAddress, isLoopback } from '../config/loopback.ts'
import { GatewayError } from './gateway-error.ts'

/** Who may call. */
export interface GuardOptions {
  /** The host that the gateway listens on. */
  readonly host: string
  readonly publicUrl?: string
  readonly allowedHosts: readonly string[]
  readonly corsOrigins: readonly string[]
}

/** What the guard sees of a request. */
export interface GuardedRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** Whether the route shows what anyone may see and spends nothing: pages, keys, health. */
  readonly isPublic: boolean
  /** How many `Host` headers it has: more than one is no HTTP (RFC 9112 §3.2), and a proxy may look at the other. */
  readonly hosts: number
}

/** Checks one request; throws a `GatewayError` with 403 where it must not pass, 400 where it names several hosts. */
export type Guard = (request: GuardedRequest) => void

/** Makes the guard of a gateway. */
export function createGuard(options: GuardOptions): Guard {
  const publicHost = options.publicUrl === undefined ? undefined : new URL(options.publicUrl).hostname
  const names = new Set([...options.allowedHosts, options.host.toLowerCase(), publicHost?.toLowerCase()])
  const onLoopback = isLoopback(options.host)
  const isExpected = (host: string): boolean =>
    names.has(host) || isLoopback(host) || (!onLoopback && isAddress(host))
  return request => {
    if (request.hosts > 1) {
      throw new GatewayError(`Cannot serve ${request.hosts} hosts at once: send one Host header`, {
        code: 'INVALID_REQUEST',
      })
    }
    checkHost(request.headers.host, isExpected)
    checkSite(request, options)
  }
}

/** The name in a `Host` header, without its port; ports may be mapped on the way, names may not. */
function hostNameOf(host: string): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[^:/?#@\s\\]+)(?::\d{1,5})?$/i.exec(host)
  return match?.[1]?.toLowerCase().replace(/\.$/, '')
}

function checkHost(host: string | undefined, isExpected: (host: string) => boolean): void {
  const name = hostNameOf(host ?? '')
  if (name !== undefined && isExpected(name)) return
  throw new GatewayError(
    `Cannot serve the host "${clip(host ?? '')}": add it to STREAMSEAL_ALLOWED_HOSTS, or set STREAMSEAL_PUBLIC_URL`,
    { code: 'HOST_NOT_ALLOWED' },
  )
}

function checkSite(request: GuardedRequest, options: GuardOptions): void {
  const { origin, referer, host = '' } = request.headers
  const site = request.headers['sec-fetch-site']
  if (origin !== undefined) {
    if (!isReading(request) && !isAllowedOrigin(origin, host, options)) refuseOrigin(origin)
    return
  }
  if (isForeignSite(site) && !isReading(request)) refuseOrigin(String(site))
  // Browsers without Fetch Metadata still send a referrer with what a page embeds.
  if (site === undefined && referer !== undefined && !isReading(request))
    checkReferrer(referer, host, options)
}

function isAllowedOrigin(origin: string, host: string, { publicUrl, corsOrigins }: GuardOptions): boolean {
  if (corsOrigins.includes(origin)) return true
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  if (publicUrl !== undefined && url.origin === new URL(publicUrl).origin) return true
  return url.host === host.toLowerCase() || url.host === withoutDefaultPort(host, url.protocol)
}

function withoutDefaultPort(host: string, protocol: string): string {
  return host.toLowerCase().replace(protocol === 'https:' ? /:443$/ : /:80$/, '')
}

function checkReferrer(referrer: string, host: string, options: GuardOptions): void {
  const origin = URL.canParse(referrer) ? new URL(referrer).origin : referrer
  if (!isAllowedOrigin(origin, host, options)) refuseOrigin(origin)
}

function isForeignSite(site: string | string[] | undefined): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

/** Following a link to a page, or reading public keys, spends nothing. */
function isReading({ method, isPublic }: GuardedRequest): boolean {
  return isPublic && (method === 'GET' || method === 'HEAD')
}

function refuseOrigin(origin: string): never {
  throw new GatewayError(
    `Cannot answer a web page of another site (${clip(origin)}): add its origin to STREAMSEAL_CORS_ORIGINS`,
    { code: 'ORIGIN_NOT_ALLOWED' },
  )
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
