/** From a certificate to an anchor (RFC 5280 §6, as far as C2PA uses it): names, signatures, validity, constraints. */
import { equalBytes } from './bytes.ts'
import { type Certificate, isIssuedBy } from './certificate.ts'
import { profileFault } from './certificate-profile.ts'
import { basicConstraints } from './extensions.ts'
import { isAuthority } from './trust-list.ts'

/** The longest chain that is followed. */
export const MAX_CHAIN = 8

/** Whether a certificate may be used at `time`, in milliseconds. */
export const isValidAt = (certificate: Certificate, time: number): boolean =>
  certificate.notBefore.getTime() <= time && time <= certificate.notAfter.getTime()

/**
 * The anchor that a chain (leaf first, each issued by the next) leads to at `time`, or `undefined`. An anchor that is no
 * authority is reached only by being the leaf itself.
 */
export async function findAnchor(
  chain: readonly Certificate[],
  anchors: readonly Certificate[],
  time: number,
): Promise<Certificate | undefined> {
  const [leaf] = chain
  const itself = leaf && anchors.find(anchor => equalBytes(anchor.der, leaf.der))
  if (itself) return isValidAt(itself, time) ? itself : undefined
  for (const [depth, certificate] of chain.slice(0, MAX_CHAIN).entries()) {
    if (!isValidAt(certificate, time) || (depth > 0 && !mayIssue(certificate, depth - 1))) return undefined
    const anchor = await issuingAnchor(certificate, anchors, depth, time)
    if (anchor) return anchor
    const issuer = chain[depth + 1]
    if (!issuer || !(await isIssuedBy(certificate, issuer))) return undefined
  }
  return undefined
}

async function issuingAnchor(
  certificate: Certificate,
  anchors: readonly Certificate[],
  depth: number,
  time: number,
): Promise<Certificate | undefined> {
  for (const anchor of anchors) {
    if (depth > 0 && equalBytes(anchor.der, certificate.der)) return anchor
    const fits = isAuthority(anchor) && isValidAt(anchor, time) && isShortEnough(anchor, depth)
    if (fits && (await isIssuedBy(certificate, anchor))) return anchor
  }
  return undefined
}

/** Whether a carried authority may stand above `below` others. An anchor is trusted as it is, whatever its profile. */
const mayIssue = (authority: Certificate, below: number): boolean =>
  profileFault(authority, 'authority') === undefined && isShortEnough(authority, below)

function isShortEnough(authority: Certificate, below: number): boolean {
  const length = basicConstraints(authority)?.pathLength
  return length === undefined || below <= length
}
