/** Puts new keys in the place of old ones and takes stolen ones out of use. What was signed before still verifies, unless its key is revoked. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Jwk } from '@streamseal/seal'
import { bornAt, type KeptKey, type KeySet, makeKey, newestOf, publicHalf, readKeys } from './key-ring.ts'

/** A key of the data directory, as it is listed. */
export interface ListedKey {
  readonly keyId: string
  readonly algorithm: string
  /** `signs` is the one key that does; `verifies` only vouches for what it signed; `revoked` and `expired` vouch for nothing. */
  readonly state: 'signs' | 'verifies' | 'revoked' | 'expired'
  /** ISO 8601; absent where the key does not say. */
  readonly madeAt?: string
  readonly revokedAt?: string
}

/** What a change did. */
export interface KeyChange {
  /** The key that signs from now on. */
  readonly signing: string
  /** The keys that signed before, or the one that was revoked. */
  readonly retired: readonly string[]
}

/** A prefix shorter than this names no key: a typing error must not revoke one. */
const leastPrefixChars = 6

/** The keys under `dataDirectory`, newest first; makes none. */
export function listKeys(dataDirectory: string, now: number = Date.now()): ListedKey[] {
  const kept = readFolder(dataDirectory)
  const signing = newestOf(kept, now)
  return newestFirst(kept).map(key => describe(key, key === signing, now))
}

/** The public halves of the keys under `dataDirectory`, newest first: a key set (RFC 7517 §5). */
export function exportKeys(dataDirectory: string): KeySet {
  return { keys: newestFirst(readFolder(dataDirectory)).map(({ jwk }) => publicHalf(jwk)) }
}

/** Makes a key that signs from now on. The private halves of those that signed before are deleted: nothing needs them any more. */
export async function rotateKeys(dataDirectory: string, now: number = Date.now()): Promise<KeyChange> {
  // Only keys that were there before are retired: of two rotations at once, both new keys stay.
  const before = readFolder(dataDirectory)
  const made = await makeNewest(dataDirectory, before, now)
  const signed = before.filter(({ jwk }) => jwk.d !== undefined)
  for (const key of signed) replaceKey(key, publicHalf(key.jwk))
  return { signing: made, retired: signed.map(idOf) }
}

/** Marks the key whose id begins with `prefix` as revoked and deletes its private half; makes a new one where none would sign. Throws a `RangeError` where no key, or more than one, is meant. */
export async function revokeKey(
  dataDirectory: string,
  prefix: string,
  now: number = Date.now(),
): Promise<KeyChange> {
  const kept = readFolder(dataDirectory)
  const key = findKey(kept, prefix)
  replaceKey(key, { ...publicHalf(key.jwk), revoked: key.jwk.revoked || new Date(now).toISOString() })
  const left = readFolder(dataDirectory)
  const signing = newestOf(left, now)
  return {
    signing: signing === undefined ? await makeNewest(dataDirectory, left, now) : idOf(signing),
    retired: [idOf(key)],
  }
}

function readFolder(dataDirectory: string): KeptKey[] {
  const folder = join(dataDirectory, 'keys')
  return existsSync(folder) ? readKeys(folder) : []
}

function newestFirst(kept: readonly KeptKey[]): KeptKey[] {
  return [...kept].sort((a, b) => bornAt(b.jwk) - bornAt(a.jwk))
}

/** The newest key signs, and times are kept in seconds: a key made within the same second is dated one later. */
async function makeNewest(dataDirectory: string, before: readonly KeptKey[], now: number): Promise<string> {
  const folder = join(dataDirectory, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const newest = Math.max(0, ...before.map(({ jwk }) => bornAt(jwk)))
  return idOf(await makeKey(folder, Math.max(now, (newest + 1) * 1000)))
}

function findKey(kept: readonly KeptKey[], prefix: string): KeptKey {
  const meant = kept.filter(key => idOf(key).startsWith(prefix))
  const [key] = meant
  if (prefix.length < leastPrefixChars)
    throw new RangeError(`Cannot tell which key "${prefix}" is: give at least ${leastPrefixChars} characters`)
  if (key === undefined) throw new RangeError(`Cannot find a key whose id begins with "${prefix}"`)
  if (meant.length > 1) throw new RangeError(`Cannot tell which key "${prefix}" is: ${meant.length} begin so`)
  return key
}

/** At once or not at all: a crash leaves the old file. */
function replaceKey({ path }: KeptKey, jwk: Jwk): void {
  const next = `${path}.new`
  writeFileSync(next, `${JSON.stringify(jwk, null, 2)}\n`, { mode: 0o600 })
  renameSync(next, path)
}

function describe({ jwk }: KeptKey, signs: boolean, now: number): ListedKey {
  return {
    keyId: idOf({ jwk }),
    algorithm: String(jwk.crv),
    state: stateOf(jwk, signs, now),
    ...(bornAt(jwk) > 0 && { madeAt: new Date(bornAt(jwk) * 1000).toISOString() }),
    ...(typeof jwk.revoked === 'string' && { revokedAt: jwk.revoked }),
  }
}

function stateOf({ revoked, exp }: Jwk, signs: boolean, now: number): ListedKey['state'] {
  if (revoked) return 'revoked'
  if ((exp ?? Number.POSITIVE_INFINITY) * 1000 <= now) return 'expired'
  return signs ? 'signs' : 'verifies'
}

function idOf({ jwk }: Pick<KeptKey, 'jwk'>): string {
  return String(jwk.kid)
}
