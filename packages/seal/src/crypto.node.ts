/** The cryptography that seals stand on, by Node's own implementation (OpenSSL). `crypto.web.ts` is its twin. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import { toBase64url } from './bytes.ts'
import type { Hasher } from './hasher.ts'

/** An incremental SHA-256. */
export function sha256(): Hasher {
  return new NodeSha256()
}

// A class, not an object of functions: a live sealer has five of them.
class NodeSha256 implements Hasher {
  readonly #hash = createHash('sha256')

  update(data: Uint8Array | string): void {
    // Node writes a lone surrogate as U+FFFD, as TextEncoder does.
    if (typeof data === 'string') this.#hash.update(data, 'utf8')
    else this.#hash.update(data)
  }

  digest(): Uint8Array {
    return new Uint8Array(this.#hash.digest())
  }
}

/** HMAC-SHA256 (RFC 2104), 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(message).digest())
}

/** The public key (32 bytes) of an Ed25519 seed (32 bytes). */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  const { x } = createPublicKey(privateKey(seed)).export({ format: 'jwk' })
  return new Uint8Array(Buffer.from(x as string, 'base64url'))
}

/** A function that signs with an Ed25519 seed (RFC 8032 §5.1.6). */
export function ed25519Signer(seed: Uint8Array): (message: Uint8Array) => Uint8Array {
  const key = privateKey(seed)
  return message => new Uint8Array(signBytes(null, message, key))
}

/** Whether `signature` is the key's over `message` (RFC 8032 §5.1.7, without the cofactor); never throws for 32 and 64 bytes. */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) }
    return verifyBytes(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature)
  } catch {
    return false
  }
}

/** RFC 8410 §7: the DER of an Ed25519 private key is this prefix and the seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

function privateKey(seed: Uint8Array) {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}
