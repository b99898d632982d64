/** Time-stamp tokens (RFC 3161 §2.4.2, CMS as RFC 5652 §5 has it), parsed by PKI.js behind our own bounds. */
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { type Bytes, equalBytes, ownBytes } from './bytes.ts'
import { type Certificate, readCertificate, verifyX509Signature, x509Algorithm } from './certificate.ts'
import { isBoundedDer, readDer } from './der.ts'
import { digest, type HashAlgorithm } from './digests.ts'

/** The largest token that is read, in bytes. */
export const MAX_TOKEN_BYTES = 65_536

const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
} as const

/** A token whose own signature is right. */
export interface Timestamp {
  time: Date
  /** What it stamps. */
  imprint: { algorithm: HashAlgorithm; hash: Bytes }
  /** The authority's certificate first, each issued by the next, as far as the token carries them. */
  chain: Certificate[]
  nonce?: Bytes
}

/** Reads a token and checks its signature; `undefined` where either fails. Never throws. */
export async function readTimestamp(token: Bytes): Promise<Timestamp | undefined> {
  if (token.length > MAX_TOKEN_BYTES || !isBoundedDer(token)) return undefined
  try {
    return await readSignedData(token)
  } catch {
    return undefined
  }
}

async function readSignedData(token: Bytes): Promise<Timestamp | undefined> {
  const content = pkijs.ContentInfo.fromBER(token)
  if (content.contentType !== SIGNED_DATA) return undefined
  const signed = new pkijs.SignedData({ schema: content.content })
  const info = infoBytes(signed)
  const [signer, ...others] = signed.signerInfos
  const certificates = certificatesOf(token)
  const own = signer && certificates.find(each => isSigner(each, signer.sid))
  if (!info || !own || others.length > 0) return undefined
  const fits = await isSignedBy(signer, own, info)
  const parsed = pkijs.TSTInfo.fromBER(info)
  const algorithm = hashNamed(parsed.messageImprint.hashAlgorithm.algorithmId)
  if (!fits || !algorithm) return undefined
  const hash = ownBytes(parsed.messageImprint.hashedMessage.valueBlock.valueHexView)
  return {
    time: parsed.genTime,
    imprint: { algorithm, hash },
    chain: chainFrom(own, certificates),
    ...(parsed.nonce && { nonce: ownBytes(parsed.nonce.valueBlock.valueHexView) }),
  }
}

function infoBytes(signed: pkijs.SignedData): Bytes | undefined {
  const { eContentType, eContent } = signed.encapContentInfo
  return eContentType === TST_INFO && eContent ? ownBytes(new Uint8Array(eContent.getValue())) : undefined
}

/** The certificates as they stand in the token: SignedData's field [0]. */
function certificatesOf(token: Bytes): Certificate[] {
  const content = readDer(readDer(token)?.[0]?.value ?? token)?.[1]
  const fields = readDer(readDer(content?.value ?? token)?.[0]?.value ?? token) ?? []
  const certificates = fields.find(field => field.tag === 0xa0)
  return (readDer(certificates?.value ?? new Uint8Array(0)) ?? []).flatMap(
    each => readCertificate(each.whole) ?? [],
  )
}

function isSigner(certificate: Certificate, sid: unknown): boolean {
  if (!(sid instanceof pkijs.IssuerAndSerialNumber)) return false
  const serial = sid.serialNumber.valueBlock.valueHexView
  const issuer = new Uint8Array(sid.issuer.toSchema().toBER(false))
  return equalBytes(serial, certificate.serial) && equalBytes(issuer, certificate.issuer.der)
}

const hashes: Record<string, HashAlgorithm> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
const hashNamed = (oid: string): HashAlgorithm | undefined =>
  Object.hasOwn(hashes, oid) ? hashes[oid] : undefined

/** RFC 5652 §5.4: the signature is over the attributes, and they name the hash of the content. */
async function isSignedBy(signer: pkijs.SignerInfo, own: Certificate, info: Bytes): Promise<boolean> {
  const attributes = signer.signedAttrs?.attributes ?? []
  const contentType: unknown = onlyValue(attributes, ATTRIBUTE.contentType)
  const messageDigest: unknown = onlyValue(attributes, ATTRIBUTE.messageDigest)
  const hash = hashNamed(signer.digestAlgorithm.algorithmId)
  if (!hash || !(messageDigest instanceof asn1js.OctetString)) return false
  if (!(contentType instanceof asn1js.ObjectIdentifier) || contentType.valueBlock.toString() !== TST_INFO)
    return false
  if (!equalBytes(messageDigest.valueBlock.valueHexView, await digest(hash, info))) return false
  const signedBytes = new Uint8Array(signer.signedAttrs?.encodedValue ?? new ArrayBuffer(0))
  const signature = ownBytes(signer.signature.valueBlock.valueHexView)
  return verifyX509Signature(own, signatureAlgorithm(signer, hash), signedBytes, signature)
}

function onlyValue(attributes: pkijs.Attribute[], type: string): unknown {
  const [attribute, second] = attributes.filter(each => each.type === type)
  return second || attribute?.values.length !== 1 ? undefined : attribute.values[0]
}

const RSA_OID = '1.2.840.113549.1.1.1'

/** CMS may name RSA alone and leave the hash to the digest algorithm (RFC 3370 §3.2). */
function signatureAlgorithm(signer: pkijs.SignerInfo, hash: HashAlgorithm): ReturnType<typeof x509Algorithm> {
  const { algorithmId } = signer.signatureAlgorithm
  if (algorithmId === RSA_OID) return { scheme: 'PKCS1', hash, family: 'RSA' }
  const parameters = signer.signatureAlgorithm.algorithmParams as asn1js.BaseBlock | undefined
  return x509Algorithm(algorithmId, parameters && new Uint8Array(parameters.toBER(false)))
}

/** The certificates above `own`, by name; signatures are checked when the path is. */
function chainFrom(own: Certificate, certificates: Certificate[]): Certificate[] {
  const chain = [own]
  for (let last = own; chain.length <= certificates.length; ) {
    const next = certificates.find(
      each => !chain.includes(each) && equalBytes(each.subject.der, last.issuer.der),
    )
    if (!next) break
    chain.push(next)
    last = next
  }
  return chain
}

/** Takes the token out of a response (RFC 3161 §2.4.2); `undefined` where the authority refused or it cannot be read. */
export function tokenOf(response: Bytes): Bytes | undefined {
  if (response.length > MAX_TOKEN_BYTES || !isBoundedDer(response)) return undefined
  const [status, token] = readDer(readDer(response)?.[0]?.value ?? response) ?? []
  const granted = status && readDer(status.value)?.[0]
  // 0 is granted, 1 is granted with changes.
  const accepted = granted?.tag === 0x02 && granted.value.length === 1 && (granted.value[0] ?? 2) < 2
  return accepted ? token?.whole : undefined
}
