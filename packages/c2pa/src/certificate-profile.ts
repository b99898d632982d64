/** The certificate profile of C2PA 2.4 clause 14.5.1.1: what a certificate must be before anyone asks who trusts it. */
import { type Certificate, x509Algorithm } from './certificate.ts'
import {
  basicConstraints,
  EXTENSION,
  keyUsage,
  namesIssuerKey,
  PURPOSE,
  purposes,
  unknownCritical,
} from './extensions.ts'

const MIN_RSA_BITS = 2048

/** What a certificate is for: signing claims, signing time-stamps, or certifying others. */
export type Role = 'claim-signing' | 'time-stamping' | 'authority'

/** Why a certificate does not fit its role, in words; `undefined` where it fits. */
export function profileFault(certificate: Certificate, role: Role): string | undefined {
  return (
    structureFault(certificate) ??
    (role === 'authority' ? authorityFault(certificate) : leafFault(certificate, role))
  )
}

function structureFault(certificate: Certificate): string | undefined {
  const { key, extensions } = certificate
  const unknown = unknownCritical(certificate)
  if (certificate.version !== 2) return 'it is not of version 3'
  if (certificate.hasUniqueIds) return 'it carries a unique identifier of issuer or subject'
  if (!x509Algorithm(certificate.signatureOid, certificate.signatureParameters)) {
    return `it is signed with an algorithm that is not allowed (${certificate.signatureOid})`
  }
  if (!key) return 'its key is of a kind that is not allowed'
  if (key.bits !== undefined && key.bits < MIN_RSA_BITS)
    return `its RSA key has ${key.bits} bits, under ${MIN_RSA_BITS}`
  if (unknown.length > 0) return `it has critical extensions that are not understood (${unknown.join(', ')})`
  if (
    extensions.get(EXTENSION.authorityKeyId)?.critical ||
    extensions.get(EXTENSION.subjectKeyId)?.critical
  ) {
    return 'it marks a key identifier as critical'
  }
  if (!isSelfIssued(certificate) && !namesIssuerKey(certificate))
    return 'it does not name the key of its issuer'
  return undefined
}

const isSelfIssued = ({ issuer, subject }: Certificate): boolean =>
  issuer.der.length === subject.der.length && issuer.der.every((byte, at) => byte === subject.der[at])

function leafFault(certificate: Certificate, role: Exclude<Role, 'authority'>): string | undefined {
  const usage = keyUsage(certificate)
  const uses = purposes(certificate)
  if (basicConstraints(certificate)?.ca) return 'it is that of a certification authority'
  if (certificate.extensions.has(EXTENSION.basicConstraints) && !basicConstraints(certificate)) {
    return 'its basic constraints cannot be read'
  }
  if (!usage?.sign) return 'its key usage does not allow digital signatures'
  if (usage.signCertificates) return 'its key usage allows to sign certificates'
  if (!uses) return 'it states no extended key usage'
  return role === 'claim-signing' ? claimPurposeFault(uses) : timePurposeFault(certificate, uses)
}

function claimPurposeFault(uses: string[]): string | undefined {
  if (uses.includes(PURPOSE.any)) return 'it allows any extended key usage'
  if (uses.includes(PURPOSE.timeStamping)) return 'it is for time-stamps'
  if (uses.includes(PURPOSE.ocspSigning)) return 'it is for revocation answers'
  return undefined
}

/** RFC 3161 §2.3: this purpose alone, and critical. */
function timePurposeFault(certificate: Certificate, uses: string[]): string | undefined {
  const alone = uses.length === 1 && uses[0] === PURPOSE.timeStamping
  if (!alone) return 'it is not for time-stamps alone'
  return certificate.extensions.get(EXTENSION.extendedKeyUsage)?.critical
    ? undefined
    : 'its extended key usage is not critical'
}

function authorityFault(certificate: Certificate): string | undefined {
  if (!basicConstraints(certificate)?.ca) return 'it is not that of a certification authority'
  if (!certificate.extensions.get(EXTENSION.basicConstraints)?.critical)
    return 'its basic constraints are not critical'
  if (!certificate.extensions.has(EXTENSION.subjectKeyId)) return 'it does not name its own key'
  if (!keyUsage(certificate)?.signCertificates) return 'its key usage does not allow to sign certificates'
  return undefined
}
