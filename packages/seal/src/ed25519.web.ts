/** Ed25519, synchronously, for browsers and every other place: noble's audited code. `ed25519.node.ts` is its twin. */
import { getPublicKey, hashes, Point, sign } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes } from './bytes.ts'
import { isStrictSignature, ORDER } from './ed25519-strict.ts'

hashes.sha512 = sha512

/** The public key (32 bytes) of an Ed25519 seed (32 bytes). */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return getPublicKey(seed)
}

/** A function that signs with an Ed25519 seed (RFC 8032 §5.1.6). */
export function ed25519Signer(seed: Uint8Array): (message: Uint8Array) => Uint8Array {
  const key = seed.slice()
  return message => sign(message, key)
}

/** Whether `signature` is the key's over `message` (RFC 8032 §5.1.7, without the cofactor, `isStrictSignature`); never throws. */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return isStrictSignature(signature) && isSignature(publicKey, message, signature)
  } catch {
    return false
  }
}

// noble's own `verify` multiplies by the cofactor and OpenSSL does not: a key's owner could make a signature
// that one accepts and the other refuses. So the equation is OpenSSL's: encode(S·B − k·A) must be R.
function isSignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const r = signature.subarray(0, 32)
  const s = littleEndian(signature.subarray(32))
  const k = littleEndian(sha512(concatBytes(r, publicKey, message))) % ORDER
  const sb = Point.BASE.multiply(s, false)
  const expected = sb.subtract(Point.fromBytes(publicKey).multiply(k, false)).toBytes()
  return expected.every((byte, i) => byte === r[i])
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}
