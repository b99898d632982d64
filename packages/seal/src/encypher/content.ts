/** Seals that bind the words: made with the payload's own key, and checked with it. */
import { hmacSha256, sha256 } from '#crypto'
import { ed25519PublicKey } from '#ed25519'
import { algorithms } from '../algorithms.ts'
import { toBase64url, toHex } from '../bytes.ts'
import { type Jwk, readJwk } from '../jwk.ts'
import type { Report, SealReport } from '../report.ts'
import type { Signer } from '../signer.ts'
import type { TrustedKey } from '../trust.ts'
import { verifyWithKeys } from '../verify-with-keys.ts'
import { EncypherError } from './errors.ts'
import { type Ed25519PrivateKey, type Ed25519PublicKey, hmacBytes, keyBytes, toSign } from './keys.ts'
import type { Payload } from './payload.ts'
import type { VerifyOptions } from './verdict.ts'

/** `bound`: sealed, whole and unchanged; `altered`: changed; `incomplete`: cut, or added to; `unbound`: no seal by this key. */
export type ContentVerdict = 'bound' | 'altered' | 'incomplete' | 'unbound'

/**
 * The key of the seals that a `StreamingHandler` makes with an HMAC secret: derived from it, so that the secret signs one kind of thing only and may
 * be of any length. Give it to `trustList` to read the whole report of `verify`; whoever holds it can make such seals.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { trustList, verify } from '@streamseal/seal'
 * import { contentKey, StreamingHandler } from '@streamseal/seal/encypher'
 *
 * const hmacSecretKey = 'your-secret-key'
 * const handler = new StreamingHandler({ metadata: { model_id: 'gpt-4' }, encodeFirstChunkOnly: false, hmacSecretKey })
 * const text = handler.processChunk('The cat sat.') + (await handler.finalize()).text
 * const report = await verify(text, { trust: trustList(contentKey(hmacSecretKey)) })
 * assert.equal(report.status, 'intact')
 * ```
 */
export function contentKey(hmacSecretKey: string): Jwk {
  return { kty: 'oct', alg: 'HS256', k: toBase64url(hmacBytes(hmacSecretKey, LABEL)) }
}

/** What the derived key is for; a constant of the format. */
const LABEL = 'streamseal encypher content 1'

/** Signs seals with the key derived from a secret. */
export function hmacContentSigner(hmacSecretKey: string): Signer {
  const { keyId, secret = new Uint8Array() } = readJwk(contentKey(hmacSecretKey))
  const length = algorithms['HMAC-SHA256'].signatureBytes
  return { algorithm: 'HMAC-SHA256', keyId, sign: bytes => hmacSha256(secret, bytes).slice(0, length) }
}

/** Signs seals with the Ed25519 key of the payload. Throws `EncypherError` (`INVALID_KEY`) for a signer that does not say which key is its own. */
export function ed25519ContentSigner(key: Ed25519PrivateKey): Signer {
  const sign = toSign(key)
  return { algorithm: 'Ed25519', keyId: readJwk(publicJwk(publicHalf(key))).keyId, sign }
}

function publicHalf(key: Ed25519PrivateKey): Uint8Array {
  if ('sign' in key && typeof key.sign === 'function') {
    if (key.publicKey) return keyBytes(key.publicKey, 'public')
    throw new EncypherError(
      'INVALID_KEY',
      'Cannot bind the content: the signer has no `publicKey`, by which its seals are found',
    )
  }
  return ed25519PublicKey(keyBytes(key as Ed25519PublicKey, 'private'))
}

function publicJwk(bytes: Uint8Array): Jwk {
  return { kty: 'OKP', crv: 'Ed25519', x: toBase64url(bytes) }
}

/** The claim that ties a seal to its payload: without it, another payload by the same key could be put in the payload's place. */
export const PAYLOAD_CLAIM = 'encypher_payload'

/** The first 16 bytes of the SHA-256 of a payload's JSON, in hexadecimal. */
export function payloadDigest(json: string): string {
  const hash = sha256()
  hash.update(json)
  return toHex(hash.digest().subarray(0, 16))
}

/** Whether a seal by the payload's own key covers the text. */
export function checkContent(text: string, payload: Payload, options: VerifyOptions): ContentVerdict {
  const key = trustedKey(payload, options)
  if (!key) return 'unbound'
  const { detached } = options
  const report = verifyWithKeys(text, prefix => (key.keyId.startsWith(prefix) ? [key] : []), {
    ...(detached !== undefined && { detached }),
  })
  return verdictOf(report, key, payloadDigest(payload.json))
}

function trustedKey(payload: Payload, { hmacSecretKey, resolveKey }: VerifyOptions): TrustedKey | undefined {
  if (payload.kind === 'json-hmac')
    return hmacSecretKey ? { ...readJwk(contentKey(hmacSecretKey)), revoked: false } : undefined
  const signerId = payload.outer.get('signer_id')
  const key = typeof signerId === 'string' ? resolveKey?.(signerId) : undefined
  return key ? { ...readJwk(publicJwk(keyBytes(key, 'public'))), revoked: false } : undefined
}

function verdictOf(report: Report, key: TrustedKey, digest: string): ContentVerdict {
  const own = report.seals.filter(seal => key.keyId.startsWith(seal.keyId))
  if (own.length === 0) return 'unbound'
  const belongs = own.map(({ claims }) => claims === undefined || claims.custom?.[PAYLOAD_CLAIM] === digest)
  if (own.some(isAltered) || !belongs.includes(true)) return 'altered'
  if (!own.every(({ claims }, i) => claims !== undefined && belongs[i])) return 'incomplete'
  return report.unsealed.length === 0 && own.every(seal => seal.coverage === 'whole') ? 'bound' : 'incomplete'
}

function isAltered({ signature, content, order }: SealReport): boolean {
  return signature !== 'valid' || content === 'altered' || content === 'not-comparable' || order !== 'ok'
}
