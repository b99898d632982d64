/** Whom the verifier trusts: keys given by the caller. */
import { type Jwk, type ReadKey, readJwk } from './jwk.ts'
import { SealError } from './seal-error.ts'

/** A key that the verifier knows, and whether it may be relied on now. */
export interface TrustedKey extends ReadKey {
  /** From this time on (ms since 1970) the key is in use. */
  notBeforeMs?: number
  /** From this time on (ms since 1970) the key is no longer relied on. */
  expiresMs?: number
  revoked: boolean
}

/** Finds keys by the beginning of their thumbprint. `trustList` and `remoteTrust` make one. */
export interface Trust {
  /** The known keys whose id begins with `keyIdPrefix` (base64url), expired and revoked ones included. Never rejects: keys that cannot be had are not known. */
  find(keyIdPrefix: string): Promise<readonly TrustedKey[]>
}

/**
 * Trusts the given keys: one JWK, several, or a key set (RFC 7517 §5).
 * Beside the key itself these members are read: `nbf` and `exp` (seconds since 1970: in use from, relied on until) and `revoked` (true, or when: seals by such a key are no longer trusted, whatever time they state, because a thief can state any).
 * A shared secret (`kty: 'oct'`) is taken as a bare key or in an array, and refused in a key set with a `SealError` (`SHARED_SECRET_REFUSED`): whoever could read the set could sign. What cannot be used in a set is passed over; a bare key that cannot be used throws `INVALID_KEY`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generateKeys, trustList } from '@streamseal/seal'
 *
 * const { publicJwk } = await generateKeys('Ed25519')
 * const [key] = await trustList({ keys: [{ ...publicJwk, exp: 1_900_000_000 }] }).find('')
 * assert.equal(key?.keyId, publicJwk.kid)
 * ```
 */
export function trustList(keys: Jwk | readonly Jwk[] | { keys: readonly Jwk[] }): Trust {
  const trusted = isKeySet(keys) ? readKeySet(keys.keys) : [keys as Jwk | Jwk[]].flat().map(toTrustedKey)
  return { find: async prefix => trusted.filter(key => key.keyId.startsWith(prefix)) }
}

/** Reads the keys of a set: refuses secrets, passes over what cannot be used (RFC 7517 §5). */
export function readKeySet(keys: readonly Jwk[]): TrustedKey[] {
  if (!Array.isArray(keys)) throw new TypeError('Cannot read a key set: "keys" is not an array')
  const secret = keys.find(key => key?.kty === 'oct')
  if (secret) {
    throw new SealError(
      'Cannot read a key set with a shared secret (kty "oct"): whoever reads the set could sign',
      {
        code: 'SHARED_SECRET_REFUSED',
      },
    )
  }
  return keys.flatMap(usableKey)
}

function isKeySet(keys: object): keys is { keys: readonly Jwk[] } {
  return !Array.isArray(keys) && 'keys' in keys
}

function usableKey(jwk: Jwk): TrustedKey[] {
  try {
    return [toTrustedKey(jwk)]
  } catch (error) {
    if (error instanceof SealError && error.code === 'INVALID_KEY') return []
    throw error
  }
}

function toTrustedKey(jwk: Jwk): TrustedKey {
  const { secret, ...key } = readJwk(jwk)
  const { nbf, exp, revoked } = jwk
  return {
    ...key,
    // A verifier has no use for the private half of a key pair.
    ...(key.algorithm === 'HMAC-SHA256' && secret && { secret }),
    ...(nbf !== undefined && { notBeforeMs: toMs(nbf, 'nbf') }),
    ...(exp !== undefined && { expiresMs: toMs(exp, 'exp') }),
    revoked: revoked !== undefined && revoked !== false,
  }
}

function toMs(seconds: unknown, member: string): number {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) {
    throw new SealError(`Cannot read a key: "${member}" is not a number of seconds`, { code: 'INVALID_KEY' })
  }
  return seconds * 1000
}
