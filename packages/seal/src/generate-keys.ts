/** New keys. */
import { ed25519PublicKey } from '#ed25519'
import { toBase64url } from './bytes.ts'
import { type Jwk, readJwk } from './jwk.ts'

/** A new Ed25519 key: the private half signs, the public half goes into key sets. */
export interface Ed25519Keys {
  privateJwk: Jwk
  publicJwk: Jwk
}

/** A new secret for first-party use: whoever verifies with it can also sign. */
export interface HmacKeys {
  secretJwk: Jwk
}

/**
 * Makes a key from 32 random bytes; `kid` is its RFC 7638 thumbprint.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generateKeys } from '@streamseal/seal'
 *
 * const { privateJwk, publicJwk } = await generateKeys('Ed25519')
 * assert.equal(privateJwk.x, publicJwk.x)
 * assert.equal(publicJwk.d, undefined)
 * ```
 */
export function generateKeys(algorithm: 'Ed25519'): Promise<Ed25519Keys>
export function generateKeys(algorithm: 'HMAC-SHA256'): Promise<HmacKeys>
export async function generateKeys(algorithm: 'Ed25519' | 'HMAC-SHA256'): Promise<Ed25519Keys | HmacKeys> {
  const seed = crypto.getRandomValues(new Uint8Array(32))
  if (algorithm === 'Ed25519') return ed25519Keys(seed)
  if (algorithm === 'HMAC-SHA256')
    return { secretJwk: named({ kty: 'oct', k: toBase64url(seed), alg: 'HS256' }) }
  throw new RangeError(
    `Cannot generate keys for "${String(algorithm)}": it is neither Ed25519 nor HMAC-SHA256`,
  )
}

function ed25519Keys(seed: Uint8Array): Ed25519Keys {
  const shared = {
    kty: 'OKP',
    crv: 'Ed25519',
    x: toBase64url(ed25519PublicKey(seed)),
    alg: 'EdDSA',
    use: 'sig',
  }
  const publicJwk = named(shared)
  return { privateJwk: { ...publicJwk, d: toBase64url(seed) }, publicJwk }
}

function named(jwk: Jwk): Jwk {
  return { ...jwk, kid: readJwk(jwk).keyId }
}
