/** Which host names and addresses are this machine itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3, RFC 6761 §6.3). */
import { isIPv4, isIPv6 } from 'node:net'

/** Whether only programs on this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  const name = withoutBrackets(host).toLowerCase()
  if (name === 'localhost' || name === '::1') return true
  return isIPv4(name) && name.startsWith('127.')
}

/** Whether `host` is an address and not a name; only a name can be pointed at us by a stranger's DNS. */
export function isAddress(host: string): boolean {
  const name = withoutBrackets(host)
  return isIPv4(name) || isIPv6(name)
}

/** `host` as it stands in a URL: an IPv6 address in brackets. */
export function toUrlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}
