/**
 * The API key of a browser's WebSocket, which cannot send headers. It does not stand in the URL, where logs, histories
 * and proxies would keep it: it is offered as a subprotocol, `streamseal.key.<base64url of the key>`, beside
 * `streamseal`, which is the one that is chosen, so that the key is not said back.
 */
import type { IncomingHttpHeaders } from 'node:http'

const keyPrefix = 'streamseal.key.'

/** The headers of an upgrade as if the key had come as a bearer token; a header that was sent goes first. */
export function withKeyOfProtocol(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  if (headers.authorization !== undefined || headers['x-api-key'] !== undefined) return headers
  const offered = headers['sec-websocket-protocol']?.split(',').map(name => name.trim()) ?? []
  const named = offered.find(name => name.startsWith(keyPrefix))
  if (named === undefined) return headers
  const key = Buffer.from(named.slice(keyPrefix.length), 'base64url').toString()
  // What is no key cannot become a header either.
  return /^[!-~]+$/.test(key) ? { ...headers, authorization: `Bearer ${key}` } : headers
}

/** The first subprotocol that is offered and holds no key. */
export function chooseProtocol(offered: ReadonlySet<string>): string | false {
  for (const name of offered) if (!name.startsWith(keyPrefix)) return name
  return false
}
