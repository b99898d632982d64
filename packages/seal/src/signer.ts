/** What signs: a local key, or anything that keeps this interface (a remote key service). */
import { hmacSha256 } from '#crypto'
import { ed25519PublicKey, ed25519Signer } from '#ed25519'
import { type Algorithm, algorithms } from './algorithms.ts'
import { equalBytes } from './bytes.ts'
import { invalid, type Jwk, type ReadKey, readJwk } from './jwk.ts'

/**
 * Signs for one key. A remote key service implements it; `createSigner` makes one from a JWK.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSealer, createSigner, generateKeys, type Signer, trustList, verify } from '@streamseal/seal'
 *
 * const { privateJwk, publicJwk } = await generateKeys('Ed25519')
 * const local = await createSigner(privateJwk)
 * const remote: Signer = {
 *   algorithm: 'Ed25519',
 *   keyId: local.keyId,
 *   sign: async bytes => await local.sign(bytes), // a request to a key service, say
 * }
 * const sealer = createSealer({ signer: remote, claims: { model: 'demo' } })
 * const text = sealer.feed('An answer.')
 * const end = await sealer.finish()
 * const { seals } = await verify(text + end.text, { trust: trustList(publicJwk), ...end })
 * assert.equal(seals[0]?.signature, 'valid')
 * ```
 */
export interface Signer {
  readonly algorithm: Algorithm
  /** The RFC 7638 thumbprint of the key's JWK, base64url (43 characters). */
  readonly keyId: string
  /** Who issues the texts that this key signs; the default of the claim of the same name. */
  readonly issuer?: string
  /** The signature over `bytes`: 64 bytes for Ed25519; for HMAC-SHA256 the tag, 32 bytes or its first 16. `signal` is aborted when the sealer no longer waits. */
  sign(bytes: Uint8Array, options?: { signal?: AbortSignal }): Uint8Array | Promise<Uint8Array>
}

/** What `createSigner` takes beside the key. */
export interface SignerOptions {
  /** Who issues the texts; a URL or a name. */
  issuer?: string
}

/**
 * Makes a signer from a private Ed25519 JWK (`kty: 'OKP'`, with `d`) or a secret (`kty: 'oct'`, at least 32 bytes). It answers synchronously.
 * Rejects with a `SealError` (`INVALID_KEY`) where the key is neither, or where `d` and `x` do not belong together.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSigner, generateKeys } from '@streamseal/seal'
 *
 * const { privateJwk } = await generateKeys('Ed25519')
 * const signer = await createSigner(privateJwk, { issuer: 'https://example.com' })
 * assert.equal(signer.keyId, privateJwk.kid)
 * ```
 */
export async function createSigner(jwk: Jwk, { issuer }: SignerOptions = {}): Promise<Signer> {
  const key = readJwk(jwk)
  const sign = key.algorithm === 'Ed25519' ? signEd25519(key) : signHmac(key)
  return { algorithm: key.algorithm, keyId: key.keyId, ...(issuer !== undefined && { issuer }), sign }
}

function signEd25519({ publicKey, secret }: ReadKey): (bytes: Uint8Array) => Uint8Array {
  if (secret === undefined || publicKey === undefined)
    throw invalid('"d" is missing: only a private key signs')
  if (!equalBytes(ed25519PublicKey(secret), publicKey)) throw invalid('"x" is not the public key of "d"')
  return ed25519Signer(secret)
}

function signHmac({ secret }: ReadKey): (bytes: Uint8Array) => Uint8Array {
  if (secret === undefined) throw invalid('"k" is missing')
  return bytes => hmacSha256(secret, bytes).slice(0, algorithms['HMAC-SHA256'].signatureBytes)
}
