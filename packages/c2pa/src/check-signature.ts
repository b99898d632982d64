/** The claim signature (C2PA 2.4 clauses 13.2, 14.5 and 15.7–15.8): over this very claim, with a fitting certificate, by someone who is trusted. */
import { CborError } from './cbor.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { profileFault } from './certificate-profile.ts'
import { findAnchor, isValidAt, MAX_CHAIN } from './certification-path.ts'
import { checkTimestamp } from './check-timestamp.ts'
import { CoseError, type CoseSign1, readCose, strayHeaders, toBeSigned } from './cose.ts'
import { isDevelopmentCertificate } from './development-mark.ts'
import { namesOcspResponder, purposes } from './extensions.ts'
import type { ReadManifest } from './read-manifest.ts'
import {
  type AlgorithmRow,
  algorithmOfCose,
  type SignatureAlgorithm,
  signatureBytes,
  verifySignature,
} from './signature-algorithms.ts'
import { type Finding, finding } from './status-codes.ts'
import type { TrustList } from './trust-list.ts'

/** Who signed, as the certificate says; it is a fact only where the report's state is `trusted`. */
export interface SignerReport {
  algorithm: SignatureAlgorithm
  subject: string
  issuer: string
  notBefore: string
  notAfter: string
  /** Whether it is a development certificate. */
  development: boolean
  /** When an authority saw the signature, if a time-stamp says so. */
  timestamp?: { time: string; trusted: boolean }
}

/** What the checks of a signature answer. */
export interface CheckedSignature {
  findings: Finding[]
  signer?: SignerReport
}

/** Checks the signature of a manifest. Nobody is trusted without a trust list. */
export async function checkSignature(
  manifest: ReadManifest,
  trust: TrustList | undefined,
  now: number,
): Promise<CheckedSignature> {
  const cose = readOrSay(manifest)
  if ('code' in cose) return { findings: [cose] }
  const row = algorithmOfCose(cose.algorithm)
  if (!row) return { findings: [finding('algorithm.unsupported', 'The claim signature uses it.')] }
  const chain = cose.chain.slice(0, MAX_CHAIN + 1).map(readCertificate)
  const fault = chainFault(chain)
  if (fault !== undefined) return { findings: [finding('signingCredential.invalid', `${fault}.`)] }
  const certificates = chain.filter(each => each !== undefined)
  const [leaf] = certificates
  if (!leaf) return { findings: [finding('signingCredential.invalid')] }
  const signer = describe(leaf, row)
  if (!(await isSigned(cose, row, leaf, manifest)))
    return { findings: [finding('claimSignature.mismatch')], signer }
  return checkTrust({ cose, certificates, leaf, signer, trust, now })
}

function readOrSay({ signature }: ReadManifest): CoseSign1 | Finding {
  try {
    const cose = readCose(signature)
    const stray = strayHeaders(cose)
    if (stray.length === 0) return cose
    return finding(
      'general.error',
      `Its signature carries headers that nothing protects: ${stray.join(', ')}.`,
    )
  } catch (error) {
    if (error instanceof CoseError) return finding(error.code, `${error.message}.`)
    if (error instanceof CborError) return finding('general.error', 'The claim signature cannot be read.')
    throw error
  }
}

function chainFault(chain: (Certificate | undefined)[]): string | undefined {
  if (chain.length > MAX_CHAIN) return `The chain has more than ${MAX_CHAIN} certificates`
  for (const [index, certificate] of chain.entries()) {
    const which = `Certificate ${index + 1}`
    if (!certificate) return `${which} cannot be read`
    const fault = profileFault(certificate, index === 0 ? 'claim-signing' : 'authority')
    if (fault !== undefined) return `${which}: ${fault}`
  }
  return undefined
}

function describe(leaf: Certificate, row: AlgorithmRow): SignerReport {
  return {
    algorithm: row.name,
    subject: leaf.subject.text,
    issuer: leaf.issuer.text,
    notBefore: leaf.notBefore.toISOString(),
    notAfter: leaf.notAfter.toISOString(),
    development: isDevelopmentCertificate(leaf),
  }
}

/** Clause 13.2.3: over the bytes of the claim box, whatever else the signature may carry. */
async function isSigned(
  cose: CoseSign1,
  row: AlgorithmRow,
  leaf: Certificate,
  { claimBytes }: ReadManifest,
): Promise<boolean> {
  const kind = leaf.key?.kind
  if (!kind || !row.keys.includes(kind)) return false
  const length = signatureBytes(kind)
  if (length !== undefined && cose.signature.length !== length) return false
  const use = { spki: leaf.spki, kind, scheme: 'PSS', hash: row.hash ?? 'sha512' } as const
  return verifySignature(use, toBeSigned(cose.protectedBytes, claimBytes), cose.signature)
}

interface TrustQuestion {
  cose: CoseSign1
  certificates: Certificate[]
  leaf: Certificate
  signer: SignerReport
  trust: TrustList | undefined
  now: number
}

/** Clause 15.8: the time that counts is that of a trusted time-stamp, and otherwise now. */
async function checkTrust({
  cose,
  certificates,
  leaf,
  signer,
  trust,
  now,
}: TrustQuestion): Promise<CheckedSignature> {
  const stamp = await checkTimestamp(cose, trust)
  const time = stamp.trustedTime ?? now
  const reported = stamp.time
    ? { ...signer, timestamp: { time: stamp.time.toISOString(), trusted: stamp.trustedTime !== undefined } }
    : signer
  const findings = [finding('claimSignature.validated'), ...stamp.findings]
  if (!certificates.every(each => isValidAt(each, time))) {
    const expired = certificates.some(each => each.notAfter.getTime() < time)
    const outside = [
      finding('claimSignature.outsideValidity'),
      ...(expired ? [finding('signingCredential.expired')] : []),
    ]
    return { findings: [...findings, ...outside], signer: reported }
  }
  const trusted = await isTrusted(certificates, leaf, trust, time)
  const verdict = finding(trusted ? 'signingCredential.trusted' : 'signingCredential.untrusted')
  // Clause 15.9.2: whoever does not ask says so.
  const skipped = namesOcspResponder(leaf) ? [finding('signingCredential.ocsp.skipped')] : []
  const more = [finding('claimSignature.insideValidity'), verdict, ...skipped]
  return { findings: [...findings, ...more], signer: reported }
}

/** Clause 14.5.1.2: the leaf states a purpose that the trust list accepts, and leads to one of its anchors. */
async function isTrusted(
  chain: Certificate[],
  leaf: Certificate,
  trust: TrustList | undefined,
  time: number,
): Promise<boolean> {
  if (!trust || !purposes(leaf)?.some(purpose => trust.purposes.includes(purpose))) return false
  return (await findAnchor(chain, trust.anchors, time)) !== undefined
}
