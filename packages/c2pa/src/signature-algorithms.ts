/** The signature algorithms that C2PA allows (2.4 clause 13.2.1), as COSE numbers them (RFC 9053), and what each asks of a key. */
import type { Bytes } from './bytes.ts'
import type { HashAlgorithm } from './digests.ts'

/** The name of a signature algorithm. */
export type SignatureAlgorithm = 'ES256' | 'ES384' | 'ES512' | 'PS256' | 'PS384' | 'PS512' | 'Ed25519'

/** A kind of public key, as a certificate says it. */
export type KeyKind = 'P-256' | 'P-384' | 'P-521' | 'RSA' | 'Ed25519'

/** One row: a fact a field. */
export interface AlgorithmRow {
  name: SignatureAlgorithm
  /** Its number in COSE headers. */
  coseId: number
  /** The keys that it signs with. ECDSA in COSE fixes the hash and not the curve; C2PA asks readers for all three. */
  keys: readonly KeyKind[]
  hash?: HashAlgorithm
}

const anyCurve = ['P-256', 'P-384', 'P-521'] as const

/** Every algorithm that may sign a claim. */
export const signatureAlgorithms: readonly AlgorithmRow[] = [
  { name: 'ES256', coseId: -7, keys: anyCurve, hash: 'sha256' },
  { name: 'ES384', coseId: -35, keys: anyCurve, hash: 'sha384' },
  { name: 'ES512', coseId: -36, keys: anyCurve, hash: 'sha512' },
  { name: 'PS256', coseId: -37, keys: ['RSA'], hash: 'sha256' },
  { name: 'PS384', coseId: -38, keys: ['RSA'], hash: 'sha384' },
  { name: 'PS512', coseId: -39, keys: ['RSA'], hash: 'sha512' },
  { name: 'Ed25519', coseId: -8, keys: ['Ed25519'] },
]

/** The row of a COSE number, if C2PA allows it. */
export const algorithmOfCose = (coseId: unknown): AlgorithmRow | undefined =>
  signatureAlgorithms.find(row => row.coseId === coseId)

const signsWith: Record<KeyKind, SignatureAlgorithm> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  RSA: 'PS256',
  Ed25519: 'Ed25519',
}

/** The algorithm that a key of this kind signs with here. */
export function algorithmOfKey(kind: KeyKind): AlgorithmRow {
  const row = signatureAlgorithms.find(each => each.name === signsWith[kind])
  if (!row) throw new RangeError(`Cannot sign with a key of kind "${kind}"`)
  return row
}

const coordinateBytes: Partial<Record<KeyKind, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }

/** How long a signature with such a key is, in bytes; unknown for RSA. */
export const signatureBytes = (kind: KeyKind): number | undefined =>
  kind === 'Ed25519' ? 64 : twice(coordinateBytes[kind])

const twice = (count: number | undefined): number | undefined => (count === undefined ? undefined : 2 * count)

type WebCryptoName = 'SHA-256' | 'SHA-384' | 'SHA-512'
const hashName = (hash: HashAlgorithm): WebCryptoName => hash.replace('sha', 'SHA-') as WebCryptoName

/** Of a key, for WebCrypto. Not every set of types has WebCrypto's own names as globals, Node's has none. */
export type ImportParameters =
  | { name: 'Ed25519' }
  | { name: 'ECDSA'; namedCurve: string }
  | { name: 'RSA-PSS' | 'RSASSA-PKCS1-v1_5'; hash: WebCryptoName }

/** Of a signature, for WebCrypto. */
export type SignParameters =
  | { name: 'Ed25519' | 'RSASSA-PKCS1-v1_5' }
  | { name: 'ECDSA'; hash: WebCryptoName }
  | { name: 'RSA-PSS'; saltLength: number }

/** What WebCrypto is told when it imports a key. */
export function importParameters(
  kind: KeyKind,
  scheme: 'PSS' | 'PKCS1',
  hash: HashAlgorithm,
): ImportParameters {
  if (kind === 'Ed25519') return { name: 'Ed25519' }
  if (kind !== 'RSA') return { name: 'ECDSA', namedCurve: kind }
  const name = scheme === 'PSS' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5'
  return { name, hash: hashName(hash) }
}

/** What WebCrypto is told when it signs or verifies. The salt of PSS is as long as the hash (RFC 8230 §2). */
export function signParameters(kind: KeyKind, scheme: 'PSS' | 'PKCS1', hash: HashAlgorithm): SignParameters {
  if (kind === 'Ed25519') return { name: 'Ed25519' }
  if (kind !== 'RSA') return { name: 'ECDSA', hash: hashName(hash) }
  if (scheme === 'PKCS1') return { name: 'RSASSA-PKCS1-v1_5' }
  return { name: 'RSA-PSS', saltLength: Number(hash.slice(3)) / 8 }
}

/** A public key and how it is used. */
export interface PublicKeyUse {
  /** SubjectPublicKeyInfo, in DER. */
  spki: Bytes
  kind: KeyKind
  scheme: 'PSS' | 'PKCS1'
  hash: HashAlgorithm
}

/** Whether `signature` is the key's over `data`; ECDSA signatures are r and s, one after the other. Never throws. */
export async function verifySignature(use: PublicKeyUse, data: Bytes, signature: Bytes): Promise<boolean> {
  const { kind, scheme, hash } = use
  try {
    const imported = importParameters(kind, scheme, hash)
    const key = await crypto.subtle.importKey('spki', use.spki, imported, false, ['verify'])
    return await crypto.subtle.verify(signParameters(kind, scheme, hash), key, signature, data)
  } catch {
    return false
  }
}
