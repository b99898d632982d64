/** The time-stamp of a claim signature (C2PA 2.4 clause 15.8): whether it is over this signature, and whether its authority is trusted. */
import { type Bytes, equalBytes } from './bytes.ts'
import { asBytes, asList, asMap } from './cbor.ts'
import { profileFault } from './certificate-profile.ts'
import { findAnchor, isValidAt } from './certification-path.ts'
import { type CoseSign1, stampedBytes } from './cose.ts'
import { digest } from './digests.ts'
import { readTimestamp } from './read-timestamp.ts'
import { type Finding, finding } from './status-codes.ts'
import type { TrustList } from './trust-list.ts'

/** What a time-stamp shows; `trustedTime` only where its authority is trusted, in milliseconds since 1970. */
export interface CheckedTimestamp {
  findings: Finding[]
  time?: Date
  trustedTime?: number
}

/** Checks the one token of `sigTst2`, if there is one. Tokens of the older `sigTst` are not read. */
export async function checkTimestamp(
  cose: CoseSign1,
  trust: TrustList | undefined,
): Promise<CheckedTimestamp> {
  const header = cose.unprotectedHeader.get('sigTst2')
  if (header === undefined) return { findings: [] }
  const tokens = asList(asMap(header)?.get('tstTokens')) ?? []
  const token = asBytes(asMap(tokens[0])?.get('val'))
  if (!token || tokens.length !== 1) return { findings: [finding('timeStamp.malformed')] }
  return checkToken(token, cose, trust)
}

async function checkToken(
  token: Bytes,
  cose: CoseSign1,
  trust: TrustList | undefined,
): Promise<CheckedTimestamp> {
  const timestamp = await readTimestamp(token)
  const [authority] = timestamp?.chain ?? []
  if (!timestamp || !authority) return { findings: [finding('timeStamp.malformed')] }
  const stamped = await digest(timestamp.imprint.algorithm, stampedBytes(cose.protectedBytes, cose.signature))
  if (!equalBytes(stamped, timestamp.imprint.hash)) return { findings: [finding('timeStamp.mismatch')] }
  const { time } = timestamp
  if (!isValidAt(authority, time.getTime())) return { findings: [finding('timeStamp.outsideValidity')], time }
  const fault = profileFault(authority, 'time-stamping')
  const anchor =
    fault === undefined && (await findAnchor(timestamp.chain, trust?.timestampAnchors ?? [], time.getTime()))
  const validated = finding('timeStamp.validated')
  if (!anchor)
    return {
      findings: [validated, finding('timeStamp.untrusted', fault && `Of its certificate: ${fault}.`)],
      time,
    }
  return { findings: [validated, finding('timeStamp.trusted')], time, trustedTime: time.getTime() }
}
