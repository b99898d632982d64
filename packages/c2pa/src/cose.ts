/**
 * COSE_Sign1 as C2PA asks for it (2.4 clause 13.2, RFC 9052 §4.2): tagged, payload detached, algorithm and certificates in
 * the protected header. What is signed is a Sig_structure over the claim's own bytes.
 */
import type { Bytes } from './bytes.ts'
import { asBytes, asList, asMap, type CborMap, decodeCbor, encodeCbor, tagged, untagged } from './cbor.ts'

const COSE_SIGN1 = 18
const ALGORITHM = 1
const CRITICAL = 2
const X5CHAIN = 33

/** A claim signature as it was read. */
export interface CoseSign1 {
  protectedBytes: Bytes
  protectedHeader: CborMap
  unprotectedHeader: CborMap
  signature: Bytes
  /** The certificates in DER, leaf first. */
  chain: Bytes[]
  algorithm: unknown
}

/** Zero bytes in the unprotected header that bring a manifest to a wanted size (clause 10.4.2); -1: not there. */
export interface Padding {
  pad: number
  pad2: number
}

/** No padding at all. */
export const noPadding: Padding = { pad: -1, pad2: -1 }

/** What went wrong, as the standard's status codes tell it apart. */
export class CoseError extends Error {
  override readonly name = 'CoseError'
  readonly code: 'general.error' | 'signingCredential.invalid'

  constructor(message: string, code: CoseError['code'] = 'general.error') {
    super(message)
    this.code = code
  }
}

/** The protected header: the algorithm's number and the chain (RFC 9360: one certificate stands alone). */
export const protectedHeader = (coseId: number, chain: readonly Bytes[]): Bytes =>
  encodeCbor(
    new Map<number, unknown>([
      [ALGORITHM, coseId],
      [X5CHAIN, chain.length === 1 ? chain[0] : chain],
    ]),
  )

/** What is signed (clause 13.2.3): no external data, and the claim as the payload. */
export const toBeSigned = (protectedBytes: Bytes, claim: Bytes): Bytes =>
  encodeCbor(['Signature1', protectedBytes, new Uint8Array(0), claim])

/** A claim signature's box contents. `timeStampToken` becomes the `sigTst2` header (clause 10.3.2.5). */
export function writeCose(
  protectedBytes: Bytes,
  signature: Bytes,
  padding: Padding = noPadding,
  timeStampToken?: Bytes,
): Bytes {
  const unprotected = {
    pad: zeros(padding.pad),
    pad2: zeros(padding.pad2),
    sigTst2: timeStampToken && { tstTokens: [{ val: timeStampToken }] },
  }
  return encodeCbor(tagged(COSE_SIGN1, [protectedBytes, unprotected, null, signature]))
}

const zeros = (length: number): Bytes | undefined => (length < 0 ? undefined : new Uint8Array(length))

/** Reads a claim signature. Throws `CoseError` or `CborError`. */
export function readCose(bytes: Bytes): CoseSign1 {
  const parts = asList(untagged(decodeCbor(bytes), COSE_SIGN1))
  if (parts?.length !== 4) throw new CoseError('The claim signature is no tagged COSE_Sign1')
  const [protectedPart, unprotectedPart, payload, signaturePart] = parts
  const protectedBytes = asBytes(protectedPart)
  const protectedMap = protectedBytes && asMap(decodeCbor(protectedBytes))
  const unprotectedMap = asMap(unprotectedPart)
  const signature = asBytes(signaturePart)
  if (!protectedBytes || !protectedMap || !unprotectedMap || !signature) {
    throw new CoseError('The claim signature has parts of the wrong kind')
  }
  // Clause 13.2.2: an empty byte string is not the same as nothing.
  if (payload !== null) throw new CoseError('The payload of the claim signature is not detached')
  checkHeaders(protectedMap, unprotectedMap)
  return {
    protectedBytes,
    protectedHeader: protectedMap,
    unprotectedHeader: unprotectedMap,
    signature,
    chain: readChain(protectedMap, unprotectedMap),
    algorithm: protectedMap.get(ALGORITHM),
  }
}

const understood: unknown[] = [ALGORITHM, CRITICAL, X5CHAIN, 'x5chain']

/** RFC 9052 §3.1: critical headers are protected and understood; §3: no label stands in both headers. */
function checkHeaders(protectedMap: CborMap, unprotectedMap: CborMap): void {
  for (const label of unprotectedMap.keys()) {
    if (protectedMap.has(label)) throw new CoseError(`The header ${String(label)} stands in both places`)
  }
  if (unprotectedMap.has(CRITICAL) || unprotectedMap.has(ALGORITHM)) {
    throw new CoseError('The algorithm or the list of critical headers is not protected')
  }
  if (!protectedMap.has(CRITICAL)) return
  const critical = asList(protectedMap.get(CRITICAL)) ?? []
  const fits =
    critical.length > 0 && critical.every(label => understood.includes(label) && protectedMap.has(label))
  if (!fits) throw new CoseError('The claim signature has critical headers that are not understood')
}

/** Clause 14.5: label 33 or "x5chain", the number first; always protected by whoever writes since 2.1. */
function readChain(protectedMap: CborMap, unprotectedMap: CborMap): Bytes[] {
  const value = protectedMap.get(X5CHAIN) ?? protectedMap.get('x5chain')
  if (value === undefined) {
    const unprotected = unprotectedMap.has(X5CHAIN) || unprotectedMap.has('x5chain')
    const reason = unprotected ? 'does not protect its certificates' : 'carries no certificate'
    throw new CoseError(`The claim signature ${reason}`, 'signingCredential.invalid')
  }
  const list = asList(value) ?? [value]
  const chain = list.flatMap(each => asBytes(each) ?? [])
  // RFC 9360 §2: a single certificate is a byte string, more are an array of at least two.
  const wellFormed = chain.length === list.length && (asBytes(value) !== undefined || chain.length > 1)
  if (!wellFormed) throw new CoseError('The certificates are no chain', 'signingCredential.invalid')
  return chain
}

/**
 * What an RFC 3161 token in `sigTst2` stamps (clause 10.3.2.5): a countersignature structure whose payload is the signature
 * as a CBOR byte string. Found by asking c2pa-rs for a time-stamp of this project's test authority.
 */
export const stampedBytes = (protectedBytes: Bytes, signature: Bytes): Bytes =>
  encodeCbor(['CounterSignature', protectedBytes, new Uint8Array(0), encodeCbor(signature)])

/** The headers of `unprotectedHeader` that are neither padding nor known, and padding that is not zero: nothing signs them. */
export function strayHeaders({ unprotectedHeader }: CoseSign1): string[] {
  return [...unprotectedHeader].flatMap(([label, value]) => {
    if (label === 'sigTst' || label === 'sigTst2' || label === 'rVals') return []
    const padding = (label === 'pad' || label === 'pad2') && asBytes(value)?.every(byte => byte === 0)
    return padding ? [] : [String(label)]
  })
}
