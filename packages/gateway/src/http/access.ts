/** Who may call: the static API key, compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { GatewayError } from './gateway-error.ts'

/** Throws `AUTHENTICATION_FAILED` unless the headers carry `apiKey`, as a bearer token or as `x-api-key`. */
export function requireKey(headers: IncomingHttpHeaders, apiKey: string): void {
  const given = keyIn(headers)
  if (given !== undefined && isEqual(given, apiKey)) return
  const what = given === undefined ? 'no API key was sent' : 'the API key is not the right one'
  throw new GatewayError(`Cannot answer: ${what}; send "Authorization: Bearer <STREAMSEAL_API_KEY>"`, {
    code: 'AUTHENTICATION_FAILED',
    headers: { 'www-authenticate': 'Bearer' },
  })
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

/** Hashes first: the comparison then takes the same time for any length. */
function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
