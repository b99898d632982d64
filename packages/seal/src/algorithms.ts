/** The signature algorithms, a row each. */

export type Algorithm = 'Ed25519' | 'HMAC-SHA256'

interface AlgorithmFacts {
  /** In a payload's second byte. */
  code: number
  /** As carried; HMAC-SHA256 is cut to its first 16 bytes (RFC 2104 §5). */
  signatureBytes: number
  trustKind: 'public-key' | 'shared-secret'
}

export const algorithms: Record<Algorithm, AlgorithmFacts> = {
  Ed25519: { code: 1, signatureBytes: 64, trustKind: 'public-key' },
  'HMAC-SHA256': { code: 2, signatureBytes: 16, trustKind: 'shared-secret' },
}

/** The algorithm with this code; `undefined` for a code of a later version. */
export function algorithmByCode(code: number): Algorithm | undefined {
  if (code === algorithms.Ed25519.code) return 'Ed25519'
  return code === algorithms['HMAC-SHA256'].code ? 'HMAC-SHA256' : undefined
}
