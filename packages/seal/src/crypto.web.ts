/** The hashes that seals stand on, for browsers and every other place: noble's audited code. `crypto.node.ts` is its twin. */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import type { Hasher } from './hasher.ts'

const utf8 = new TextEncoder()

/** An incremental SHA-256. */
export function sha256(): Hasher {
  const hash = nobleSha256.create()
  return {
    update(data) {
      hash.update(typeof data === 'string' ? utf8.encode(data) : data)
    },
    digest: () => hash.digest(),
  }
}

/** HMAC-SHA256 (RFC 2104), 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(nobleSha256, key, message)
}
