/** Ed25519, synchronously, by Node's own implementation (OpenSSL). `ed25519.web.ts` is its twin. */
import { createPrivateKey, createPublicKey, sign as signBytes, verify as verifyBytes } from 'node:crypto'
import { toBase64url } from './bytes.ts'
import { isStrictSignature } from './ed25519-strict.ts'

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

/** Whether `signature` is the key's over `message` (RFC 8032 §5.1.7, without the cofactor, `isStrictSignature`); never throws. */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isStrictSignature(signature)) return false
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
