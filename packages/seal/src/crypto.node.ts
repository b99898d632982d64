/** The hashes that seals stand on, by Node's own implementation (OpenSSL). `crypto.web.ts` is its twin. */
import { createHash, createHmac } from 'node:crypto'
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
