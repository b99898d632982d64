/** The keys of the port, in every form it takes, as functions that sign and check. */
import { hmacSha256 } from '#crypto'
import { ed25519Signer, ed25519Verify } from '#ed25519'
import { equalBytes, fromBase64url, toHex } from '../bytes.ts'
import { EncypherError } from './errors.ts'

/** What a JSON Web Key of ours must hold (RFC 8037); other members are ignored. */
export interface Ed25519Jwk {
  kty?: string | undefined
  crv?: string | undefined
  x?: string | undefined
  d?: string | undefined
}

/** An Ed25519 private key: a JWK with `d`, its 32 bytes, or anything that signs (a key service), synchronously. */
export type Ed25519PrivateKey =
  | Ed25519Jwk
  | Uint8Array
  | { sign(data: Uint8Array): Uint8Array; publicKey?: Ed25519PublicKey | undefined }

/** An Ed25519 public key: a JWK, or its 32 bytes. */
export type Ed25519PublicKey = Ed25519Jwk | Uint8Array

/** Finds the public key of a signer; `undefined` where there is none. */
export type ResolveKey = (signerId: string) => Ed25519PublicKey | undefined | null

const utf8 = new TextEncoder()

/** HMAC-SHA256 of some text under a secret, as lower-case hexadecimal; both are taken as UTF-8. */
export function hmacHex(secret: string, text: string | Uint8Array): string {
  return toHex(hmacBytes(secret, text))
}

/** HMAC-SHA256 of some text under a secret, 32 bytes. */
export function hmacBytes(secret: string, text: string | Uint8Array): Uint8Array {
  return hmacSha256(utf8.encode(secret), typeof text === 'string' ? utf8.encode(text) : text)
}

/** A function that signs. Throws `EncypherError` (`INVALID_KEY`) for what is no Ed25519 private key; the key itself is never quoted. */
export function toSign(key: Ed25519PrivateKey): (data: Uint8Array) => Uint8Array {
  if (typeof key !== 'object' || key === null) {
    throw new EncypherError(
      'INVALID_KEY',
      `Cannot sign with a ${typeof key}: an Ed25519 key is a JWK, 32 bytes or a signer`,
    )
  }
  if ('sign' in key && typeof key.sign === 'function') return data => key.sign(data)
  return imported(key, keyBytes(key as Ed25519Jwk | Uint8Array, 'private'))
}

/** Importing a key takes OpenSSL longer than signing with it: as long as the caller keeps the key, it is imported once. */
const signers = new WeakMap<object, { seed: Uint8Array; sign: (data: Uint8Array) => Uint8Array }>()

function imported(key: object, seed: Uint8Array): (data: Uint8Array) => Uint8Array {
  const known = signers.get(key)
  if (known && equalBytes(known.seed, seed)) return known.sign
  const sign = ed25519Signer(seed)
  signers.set(key, { seed: seed.slice(), sign })
  return sign
}

/** Whether a signature is the key's. Throws `EncypherError` (`INVALID_KEY`) for what is no Ed25519 public key. */
export function isSignedBy(key: Ed25519PublicKey, data: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && ed25519Verify(keyBytes(key, 'public'), data, signature)
}

/** The 32 bytes of a key: of a private one its seed. */
export function keyBytes(key: Ed25519Jwk | Uint8Array, kind: 'private' | 'public'): Uint8Array {
  return key instanceof Uint8Array ? checkLength(key, kind) : jwkBytes(key, kind === 'private' ? 'd' : 'x')
}

function jwkBytes(jwk: Ed25519Jwk, member: 'd' | 'x'): Uint8Array {
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519') {
    const kind = `kty ${JSON.stringify(jwk.kty)}, crv ${JSON.stringify(jwk.crv)}`
    throw new EncypherError('INVALID_KEY', `Cannot use a key of ${kind}: Ed25519 is kty "OKP", crv "Ed25519"`)
  }
  const bytes = fromBase64url(jwk[member] ?? '')
  if (!bytes)
    throw new EncypherError('INVALID_KEY', `Cannot use the key: its member "${member}" is not base64url`)
  return checkLength(bytes, member === 'd' ? 'private' : 'public')
}

function checkLength(bytes: Uint8Array, kind: 'private' | 'public'): Uint8Array {
  if (bytes.length === 32) return bytes
  throw new EncypherError('INVALID_KEY', `Cannot use a ${kind} key of ${bytes.length} bytes: Ed25519 has 32`)
}
