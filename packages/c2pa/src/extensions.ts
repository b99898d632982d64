/** The X.509 extensions that decide anything here, read from a certificate's DER. */
import * as pkijs from 'pkijs'
import type { Certificate } from './certificate.ts'
import { readDer } from './der.ts'

/** Object identifiers of extensions (RFC 5280 §4.2). */
export const EXTENSION = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const

/** Where to ask about a certificate (RFC 5280 §4.2.2.1), and the way of asking that is OCSP; both in DER. */
const AUTHORITY_INFORMATION = '1.3.6.1.5.5.7.1.1'
const OCSP = [0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01]

/** Whether a certificate says where its revocation can be asked for. */
export function namesOcspResponder(certificate: Certificate): boolean {
  const value = certificate.extensions.get(AUTHORITY_INFORMATION)?.value
  const entries = (value && readDer(readDer(value)?.[0]?.value ?? new Uint8Array(0))) ?? []
  return entries.some(entry => OCSP.every((byte, at) => entry.value[at] === byte))
}

/** Purposes of keys (extended key usage). */
export const PURPOSE = {
  any: '2.5.29.37.0',
  claimSigning: '1.3.6.1.4.1.62558.2.1',
  documentSigning: '1.3.6.1.5.5.7.3.36',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
} as const

/** Basic constraints; `undefined` where the extension is absent or unreadable. */
export function basicConstraints(certificate: Certificate): { ca: boolean; pathLength?: number } | undefined {
  const value = certificate.extensions.get(EXTENSION.basicConstraints)?.value
  const parsed = value && attempt(() => pkijs.BasicConstraints.fromBER(value))
  if (!parsed) return undefined
  const length = parsed.pathLenConstraint
  return { ca: parsed.cA, ...(typeof length === 'number' && { pathLength: length }) }
}

/** Which of the two usages that matter here a certificate allows; `undefined` where the extension is absent or unreadable. */
export function keyUsage(certificate: Certificate): { sign: boolean; signCertificates: boolean } | undefined {
  const value = certificate.extensions.get(EXTENSION.keyUsage)?.value
  const element = value && readDer(value)
  if (element?.length !== 1 || element[0]?.tag !== 0x03 || element[0].value.length < 2) return undefined
  const bits = element[0].value[1] ?? 0
  return { sign: (bits & 0x80) > 0, signCertificates: (bits & 0x04) > 0 }
}

/** The purposes of the key, or `undefined` where the extension is absent, unreadable or empty. */
export function purposes(certificate: Certificate): string[] | undefined {
  const value = certificate.extensions.get(EXTENSION.extendedKeyUsage)?.value
  const parsed = value && attempt(() => pkijs.ExtKeyUsage.fromBER(value).keyPurposes)
  return parsed && parsed.length > 0 ? parsed : undefined
}

/** Whether the extension names the issuer's key. */
export function namesIssuerKey(certificate: Certificate): boolean {
  const value = certificate.extensions.get(EXTENSION.authorityKeyId)?.value
  return (
    value !== undefined &&
    attempt(() => pkijs.AuthorityKeyIdentifier.fromBER(value).keyIdentifier) !== undefined
  )
}

/** The critical extensions that nothing here understands. */
export const unknownCritical = (certificate: Certificate): string[] => {
  const known: string[] = Object.values(EXTENSION)
  return [...certificate.extensions].flatMap(([oid, { critical }]) =>
    critical && !known.includes(oid) ? [oid] : [],
  )
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
