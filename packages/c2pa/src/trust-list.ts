/** Whom a verifier trusts: anchors that it was given, and nobody else (C2PA 2.4 clause 14.4). */
import { C2paError } from './c2pa-error.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { isDevelopmentCertificate } from './development-mark.ts'
import { basicConstraints, PURPOSE } from './extensions.ts'
import { readPem } from './pem.ts'

/** What `trustAnchors` takes besides the certificates of those who are trusted to name signers. */
export interface TrustOptions {
  /** PEM of those who are trusted to name time-stamping authorities; default: nobody. */
  timestampAnchors?: string
  /** The purposes of which a signer's certificate must state one (object identifiers); default: C2PA claim signing, document signing and e-mail protection. */
  purposes?: readonly string[]
  /** Whether development certificates may be anchors; default false. */
  allowDevelopment?: boolean
}

/** A trust list, made by `trustAnchors`. */
export interface TrustList {
  readonly anchors: readonly Certificate[]
  readonly timestampAnchors: readonly Certificate[]
  readonly purposes: readonly string[]
}

const claimPurposes = [PURPOSE.claimSigning, PURPOSE.documentSigning, PURPOSE.emailProtection]

/**
 * A trust list of certificates in PEM: authorities whose certificates are trusted, or single signers, trusted as they
 * are. Throws `C2paError`: `INVALID_PEM`, `INVALID_CHAIN` for what is no certificate, `DEVELOPMENT_CERTIFICATE`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createDevelopmentChain, trustAnchors } from '@streamseal/c2pa'
 *
 * const { root } = await createDevelopmentChain()
 * assert.throws(() => trustAnchors(root), /development/)
 * assert.equal(trustAnchors(root, { allowDevelopment: true }).anchors.length, 1)
 * ```
 */
export function trustAnchors(pem: string, options: TrustOptions = {}): TrustList {
  const { timestampAnchors, purposes = claimPurposes, allowDevelopment = false } = options
  return {
    anchors: readAnchors(pem, allowDevelopment),
    timestampAnchors: timestampAnchors === undefined ? [] : readAnchors(timestampAnchors, allowDevelopment),
    purposes,
  }
}

function readAnchors(pem: string, allowDevelopment: boolean): Certificate[] {
  return readPem(pem, 'CERTIFICATE').map(der => {
    const certificate = readCertificate(der)
    if (!certificate)
      throw new C2paError('Cannot read a certificate of the trust list', { code: 'INVALID_CHAIN' })
    if (isDevelopmentCertificate(certificate) && !allowDevelopment) {
      throw new C2paError(`Cannot trust the development certificate "${certificate.subject.text}"`, {
        code: 'DEVELOPMENT_CERTIFICATE',
      })
    }
    return certificate
  })
}

/** Whether an anchor may certify others; one that may not is trusted as a signer itself. */
export const isAuthority = (anchor: Certificate): boolean => basicConstraints(anchor)?.ca === true
