/** Who may call: whoever sends one of the gateway's API keys. */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { KeyEntry } from '../config/read-config-file.ts'
import { GatewayError } from './gateway-error.ts'

/** Throws `AUTHENTICATION_FAILED` unless the headers carry one of `keys`, as a bearer token or as `x-api-key`; whose it is says `keyOf`. */
export function requireKey(headers: IncomingHttpHeaders, keys: readonly KeyEntry[]): void {
  const given = keyIn(headers)
  const key = given === undefined ? undefined : digestsOf(keys).get(digest(given).toString('hex'))
  if (key !== undefined) {
    senders.set(headers, key)
    return
  }
  const what = given === undefined ? 'no API key was sent' : 'the API key is not the right one'
  throw new GatewayError(`Cannot answer: ${what}; send "Authorization: Bearer <STREAMSEAL_API_KEY>"`, {
    code: 'AUTHENTICATION_FAILED',
    headers: { 'www-authenticate': 'Bearer' },
  })
}

/** The key that a request was let in with; `undefined` where none was asked for. */
export function keyOf(headers: IncomingHttpHeaders): KeyEntry | undefined {
  return senders.get(headers)
}

const senders = new WeakMap<IncomingHttpHeaders, KeyEntry>()
const digests = new WeakMap<readonly KeyEntry[], ReadonlyMap<string, KeyEntry>>()

/** Keys are looked up by their digests: how long that takes tells nothing of a key. */
function digestsOf(keys: readonly KeyEntry[]): ReadonlyMap<string, KeyEntry> {
  const known = digests.get(keys) ?? new Map(keys.map(entry => [digest(entry.key).toString('hex'), entry]))
  digests.set(keys, known)
  return known
}

/** What the limits of one key are counted by: a digest of the key that a client sent, or `undefined`. The key itself is not kept. */
export function keyDigest(headers: IncomingHttpHeaders): string | undefined {
  const key = keyIn(headers)
  return key === undefined ? undefined : digest(key).toString('hex', 0, 8)
}

/** The key that a client sent. */
function keyIn(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
  const named = headers['x-api-key']
  return bearer ?? (typeof named === 'string' ? named : undefined)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
