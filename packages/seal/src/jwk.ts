/** JSON Web Keys (RFC 7517, 8037) of the two kinds that seals use, read strictly, and their thumbprints (RFC 7638). */
import { sha256 } from '#crypto'
import type { Algorithm } from './algorithms.ts'
import { fromBase64url, toBase64url } from './bytes.ts'
import { isUsablePoint } from './ed25519-strict.ts'
import { SealError } from './seal-error.ts'

/** A key as JSON. `exp` and `nbf` (seconds since 1970, as in JWT) and `revoked` (an ISO 8601 time, or true) are read by trust lists. */
export interface Jwk {
  kty: string
  crv?: string
  x?: string
  d?: string
  k?: string
  alg?: string
  use?: string
  key_ops?: string[]
  kid?: string
  exp?: number
  nbf?: number
  revoked?: string | boolean
  [member: string]: unknown
}

/** A key, read. */
export interface ReadKey {
  algorithm: Algorithm
  /** The thumbprint, 32 bytes. */
  thumbprint: Uint8Array
  /** The thumbprint in base64url. */
  keyId: string
  /** Ed25519: the public key. */
  publicKey?: Uint8Array
  /** Ed25519: the seed. HMAC-SHA256: the key. */
  secret?: Uint8Array
}

/** RFC 7518 §3.2: a key of the hash's size or larger. */
const MIN_SECRET_BYTES = 32
const algorithmNames: Record<Algorithm, readonly string[]> = {
  Ed25519: ['Ed25519', 'EdDSA'],
  'HMAC-SHA256': ['HS256'],
}

/** Reads a JWK; throws `SealError` with the code `INVALID_KEY` where it is neither kind, or says another `alg` or `use`. */
export function readJwk(jwk: Jwk): ReadKey {
  if (typeof jwk !== 'object' || jwk === null) throw invalid('it is not an object')
  const key = jwk.kty === 'oct' ? readSecret(jwk) : readEd25519(jwk)
  if (jwk.alg !== undefined && !algorithmNames[key.algorithm].includes(jwk.alg)) {
    throw invalid(`its "alg" is ${quote(jwk.alg)}, not ${algorithmNames[key.algorithm].join(' or ')}`)
  }
  if (jwk.use !== undefined && jwk.use !== 'sig') throw invalid(`its "use" is ${quote(jwk.use)}, not "sig"`)
  return key
}

/** An `INVALID_KEY` error. */
export function invalid(why: string): SealError {
  return new SealError(`Cannot read a key: ${why}`, { code: 'INVALID_KEY' })
}

function readSecret(jwk: Jwk): ReadKey {
  const secret = bytesOf(jwk.k)
  if (secret === undefined || secret.length < MIN_SECRET_BYTES) {
    throw invalid(`"k" must be base64url of at least ${MIN_SECRET_BYTES} bytes`)
  }
  return { ...identify('HMAC-SHA256', { k: toBase64url(secret), kty: 'oct' }), secret }
}

function readEd25519(jwk: Jwk): ReadKey {
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519') {
    throw invalid(`kty ${quote(jwk.kty)} with crv ${quote(jwk.crv)} is neither OKP with Ed25519 nor oct`)
  }
  const publicKey = bytesOf(jwk.x)
  if (publicKey === undefined || !isUsablePoint(publicKey)) throw invalid('"x" is no Ed25519 public key')
  const key = { ...identify('Ed25519', { crv: 'Ed25519', kty: 'OKP', x: toBase64url(publicKey) }), publicKey }
  if (jwk.d === undefined) return key
  const secret = bytesOf(jwk.d)
  if (secret?.length !== 32) throw invalid('"d" must be base64url of 32 bytes')
  return { ...key, secret }
}

/** RFC 7638 §3: the required members in the order of their names, without white space. */
function identify(algorithm: Algorithm, required: Record<string, string>) {
  const hash = sha256()
  hash.update(JSON.stringify(required))
  const thumbprint = hash.digest()
  return { algorithm, thumbprint, keyId: toBase64url(thumbprint) }
}

function bytesOf(member: unknown): Uint8Array | undefined {
  return typeof member === 'string' ? fromBase64url(member.replace(/=+$/, '')) : undefined
}

function quote(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 40)}"` : String(value)
}
