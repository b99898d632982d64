/** Who signs: a key, its certificates and, where wanted, a time-stamping authority. A remote key service can implement it. */
import type { Bytes } from './bytes.ts'
import { C2paError } from './c2pa-error.ts'
import { type Certificate, isIssuedBy, readCertificate } from './certificate.ts'
import { profileFault } from './certificate-profile.ts'
import { MAX_CHAIN } from './certification-path.ts'
import { isDevelopmentCertificate } from './development-mark.ts'
import { readPem } from './pem.ts'
import {
  algorithmOfKey,
  importParameters,
  type KeyKind,
  type SignatureAlgorithm,
  signatureBytes,
  signParameters,
  verifySignature,
} from './signature-algorithms.ts'
import type { TimestampAuthority } from './timestamp-authority.ts'
import type { WebKey } from './web-keys.ts'

/** Signs claims. Make one with `createC2paSigner`, or implement it over a key service. */
export interface C2paSigner {
  readonly algorithm: SignatureAlgorithm
  /** The certificates in DER, leaf first, each issued by the next; the anchor is best left out (clause 14.5). */
  readonly chain: readonly Bytes[]
  /** How long a signature is, in bytes. */
  readonly signatureBytes: number
  /** When every certificate of the chain is valid, in milliseconds since 1970. */
  readonly validity: { from: number; to: number }
  /** Asked once a manifest. ECDSA signatures are r and s, one after the other. */
  sign(data: Bytes): Promise<Bytes>
  /** Counter-signs the time of each signature. */
  readonly timestamp?: TimestampAuthority
}

/** What `createC2paSigner` takes. */
export interface C2paSignerOptions {
  /** The private key, PKCS #8 in PEM. */
  privateKey: string
  /** The certificates in PEM, leaf first. */
  chain: string
  timestamp?: TimestampAuthority
  /** Whether development certificates may sign; default false. */
  allowDevelopment?: boolean
}

/**
 * A signer from PEM: P-256 signs ES256, P-384 ES384, P-521 ES512, RSA PS256, Ed25519 EdDSA. Rejects with `C2paError`:
 * `INVALID_PEM`, `INVALID_KEY` (it is not the leaf's), `INVALID_CHAIN` (a certificate does not fit clause 14.5.1.1, or is
 * not issued by the next), `DEVELOPMENT_CERTIFICATE`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createC2paSigner, createDevelopmentChain } from '@streamseal/c2pa'
 *
 * const { privateKey, chain } = await createDevelopmentChain()
 * const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
 * assert.equal(signer.algorithm, 'ES256')
 * ```
 */
export async function createC2paSigner(options: C2paSignerOptions): Promise<C2paSigner> {
  const { privateKey, chain, timestamp, allowDevelopment = false } = options
  const certificates = readPem(chain, 'CERTIFICATE').map(readOrThrow)
  await checkChain(certificates, allowDevelopment)
  const leaf = leafOf(certificates)
  const kind = kindOf(leaf)
  const { name: algorithm, hash = 'sha512' } = algorithmOfKey(kind)
  const key = await importPrivateKey(privateKey, kind, hash)
  const parameters = signParameters(kind, 'PSS', hash)
  const sign = async (data: Bytes): Promise<Bytes> =>
    new Uint8Array(await crypto.subtle.sign(parameters, key, data))
  const probe = await sign(new Uint8Array(32))
  if (!(await verifySignature({ spki: leaf.spki, kind, scheme: 'PSS', hash }, new Uint8Array(32), probe))) {
    throw new C2paError('Cannot sign: the private key is not that of the first certificate', {
      code: 'INVALID_KEY',
    })
  }
  return {
    algorithm,
    chain: certificates.map(each => each.der),
    signatureBytes: signatureBytes(kind) ?? probe.length,
    validity: validityOf(certificates),
    sign,
    ...(timestamp && { timestamp }),
  }
}

function readOrThrow(der: Bytes, index: number): Certificate {
  const certificate = readCertificate(der)
  if (!certificate)
    throw new C2paError(`Cannot read certificate ${index + 1} of the chain`, { code: 'INVALID_CHAIN' })
  return certificate
}

async function checkChain(chain: Certificate[], allowDevelopment: boolean): Promise<void> {
  if (chain.length > MAX_CHAIN) refuse(`more than ${MAX_CHAIN} certificates`)
  for (const [index, certificate] of chain.entries()) {
    const { text } = certificate.subject
    if (isDevelopmentCertificate(certificate) && !allowDevelopment) {
      throw new C2paError(`Cannot sign with the development certificate "${text}"`, {
        code: 'DEVELOPMENT_CERTIFICATE',
      })
    }
    const fault = profileFault(certificate, index === 0 ? 'claim-signing' : 'authority')
    if (fault !== undefined) refuse(`"${text}": ${fault}`)
    const issuer = chain[index + 1]
    if (issuer && !(await isIssuedBy(certificate, issuer)))
      refuse(`"${text}" was not issued by the next certificate`)
  }
}

function refuse(why: string): never {
  throw new C2paError(`Cannot sign with this chain: ${why}`, { code: 'INVALID_CHAIN' })
}

const leafOf = (chain: Certificate[]): Certificate => chain[0] ?? refuse('it is empty')
const kindOf = ({ key }: Certificate): KeyKind =>
  key?.kind ?? refuse('its key is of a kind that is not allowed')

async function importPrivateKey(
  pem: string,
  kind: KeyKind,
  hash: 'sha256' | 'sha384' | 'sha512',
): Promise<WebKey> {
  const [der] = readPem(pem, 'PRIVATE KEY')
  try {
    const parameters = importParameters(kind, 'PSS', hash)
    return await crypto.subtle.importKey('pkcs8', der ?? new Uint8Array(0), parameters, false, ['sign'])
  } catch (cause) {
    throw new C2paError(`Cannot read the private key as one of kind ${kind}`, { code: 'INVALID_KEY', cause })
  }
}

const validityOf = (chain: Certificate[]): C2paSigner['validity'] => ({
  from: Math.max(...chain.map(each => each.notBefore.getTime())),
  to: Math.min(...chain.map(each => each.notAfter.getTime())),
})
