/**
 * Whether a URL can be that of a receiver at all; what its name resolves to is checked at each attempt. Plain http is
 * for the addresses that the policy allows beside public ones.
 */
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { AddressPolicy } from './post-webhook.ts'
import { WebhookError } from './webhook-error.ts'

/** Longer ones are refused. */
const maxUrlChars = 2048

/** The URL as it is kept, or `WEBHOOK_URL_REFUSED`. */
export function checkReceiverUrl(url: unknown, policy: AddressPolicy): string {
  if (typeof url !== 'string' || url.length > maxUrlChars || !URL.canParse(url)) {
    throw refused(url, `it must be an https URL of at most ${maxUrlChars} characters`)
  }
  const parsed = new URL(url)
  const schemes = allowsSomething(policy) ? ['https:', 'http:'] : ['https:']
  if (!schemes.includes(parsed.protocol)) throw refused(url, 'it must be an https URL')
  if (parsed.username !== '' || parsed.password !== '')
    throw refused(parsed.host, 'its URL holds a user name or password')
  const host = parsed.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !mayReach(host, policy, parsed.protocol === 'https:'))
    throw refused(
      url,
      `its address ${host} is not ${parsed.protocol === 'https:' ? 'a public one' : 'one that is allowed over plain http'}`,
    )
  if (isLocalName(host) && !allowsSomething(policy)) throw refused(url, `"${host}" is not a public name`)
  parsed.hash = ''
  return parsed.href
}

function mayReach(
  address: string,
  { allowPrivateAddresses, allowedAddresses }: AddressPolicy,
  isSecure: boolean,
): boolean {
  const parsed = ipaddr.parse(address)
  if (allowPrivateAddresses || (isSecure && parsed.range() === 'unicast')) return true
  return allowedAddresses.some(each => {
    if (!each.includes('/')) return each === address
    const [range, bits] = ipaddr.parseCIDR(each)
    return range.kind() === parsed.kind() && parsed.match([range, bits] as never)
  })
}

const isLocalName = (host: string): boolean => /(^|\.)localhost\.?$/i.test(host)

const allowsSomething = ({ allowPrivateAddresses, allowedAddresses }: AddressPolicy): boolean =>
  allowPrivateAddresses || allowedAddresses.length > 0

const refused = (url: unknown, why: string): WebhookError =>
  new WebhookError(`Cannot register the webhook receiver ${JSON.stringify(url)}: ${why}`, {
    code: 'WEBHOOK_URL_REFUSED',
  })
