/** X.509 certificates (RFC 5280) as we look at them: parsed by PKI.js behind our own bounds, then plain data. */
import * as pkijs from 'pkijs'
import { type Bytes, equalBytes, ownBytes } from './bytes.ts'
import { isBoundedDer, readDer } from './der.ts'
import type { HashAlgorithm } from './digests.ts'
import { ecdsaFromDer } from './ecdsa-der.ts'
import { type KeyKind, signatureBytes, verifySignature } from './signature-algorithms.ts'

/** The largest certificate that is read, in bytes. */
const MAX_CERTIFICATE_BYTES = 16_384

/** An extension: whether it is critical, and its contents in DER. */
export interface Extension {
  critical: boolean
  value: Bytes
}

/** A certificate as plain data. */
export interface Certificate {
  der: Bytes
  /** 2 for X.509 v3. */
  version: number
  serial: Bytes
  /** What the issuer signed. */
  tbs: Bytes
  signatureOid: string
  /** The parameters of the signature algorithm in DER, if any. */
  signatureParameters?: Bytes
  signature: Bytes
  /** Names in DER, compared byte by byte, and for people. */
  issuer: { der: Bytes; text: string; organization?: string }
  subject: { der: Bytes; text: string; organization?: string }
  notBefore: Date
  notAfter: Date
  spki: Bytes
  /** `undefined` for a kind of key that C2PA does not allow. */
  key: { kind: KeyKind; bits?: number } | undefined
  hasUniqueIds: boolean
  extensions: ReadonlyMap<string, Extension>
}

/** Reads one certificate; `undefined` for anything that is not one, is too large, or names an extension twice. */
export function readCertificate(der: Bytes): Certificate | undefined {
  if (der.length > MAX_CERTIFICATE_BYTES || !isBoundedDer(der)) return undefined
  try {
    return toCertificate(der, pkijs.Certificate.fromBER(der))
  } catch {
    return undefined
  }
}

function toCertificate(der: Bytes, parsed: pkijs.Certificate): Certificate | undefined {
  const extensions = extensionsOf(parsed)
  const parameters = parsed.signatureAlgorithm.algorithmParams as { toBER(): ArrayBuffer } | undefined
  // RFC 5280 §4.1.1.2: the algorithm is said twice and must be the same.
  const sameAlgorithm = parsed.signature.isEqual(parsed.signatureAlgorithm)
  const raw = rawFields(der)
  if (!extensions || !sameAlgorithm || !raw) return undefined
  return {
    der,
    version: parsed.version,
    serial: ownBytes(parsed.serialNumber.valueBlock.valueHexView),
    tbs: raw.tbs,
    signatureOid: parsed.signatureAlgorithm.algorithmId,
    ...(parameters && { signatureParameters: new Uint8Array(parameters.toBER()) }),
    signature: ownBytes(parsed.signatureValue.valueBlock.valueHexView),
    issuer: { der: raw.issuer, ...readName(parsed.issuer) },
    subject: { der: raw.subject, ...readName(parsed.subject) },
    notBefore: parsed.notBefore.value,
    notAfter: parsed.notAfter.value,
    spki: raw.spki,
    key: keyOf(parsed.subjectPublicKeyInfo),
    hasUniqueIds: parsed.issuerUniqueID !== undefined || parsed.subjectUniqueID !== undefined,
    extensions,
  }
}

/** The bytes, as they stand in the certificate, of what is compared, hashed or handed on. */
function rawFields(der: Bytes): Record<'tbs' | 'issuer' | 'subject' | 'spki', Bytes> | undefined {
  const tbs = readDer(readDer(der)?.[0]?.value ?? der)?.[0]
  const fields = tbs && readDer(tbs.value)
  const named = fields?.slice(fields[0]?.tag === 0xa0 ? 1 : 0)
  const [issuer, subject, spki] = [named?.[2], named?.[4], named?.[5]]
  if (!tbs || !issuer || !subject || !spki) return undefined
  return { tbs: tbs.whole, issuer: issuer.whole, subject: subject.whole, spki: spki.whole }
}

function extensionsOf(parsed: pkijs.Certificate): Map<string, Extension> | undefined {
  const all = (parsed.extensions ?? []).map(each => {
    const value = ownBytes(each.extnValue.valueBlock.valueHexView)
    return [each.extnID, { critical: each.critical, value }] as const
  })
  const map = new Map(all)
  return map.size === all.length ? map : undefined
}

const curves: Record<string, KeyKind> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
}

function keyOf(spki: pkijs.PublicKeyInfo): Certificate['key'] {
  const { algorithmId, algorithmParams } = spki.algorithm
  if (algorithmId === '1.3.101.112') return { kind: 'Ed25519' }
  if (algorithmId === '1.2.840.10045.2.1') {
    const oid: unknown = algorithmParams?.valueBlock?.toString?.()
    const kind = typeof oid === 'string' && Object.hasOwn(curves, oid) ? curves[oid] : undefined
    return kind && { kind }
  }
  if (algorithmId === '1.2.840.113549.1.1.1' || algorithmId === PSS_OID)
    return { kind: 'RSA', bits: rsaBits(spki) }
  return undefined
}

function rsaBits(spki: pkijs.PublicKeyInfo): number {
  const key = pkijs.RSAPublicKey.fromBER(ownBytes(spki.subjectPublicKey.valueBlock.valueHexView))
  const modulus = key.modulus.valueBlock.valueHexView
  const first = modulus.findIndex(byte => byte !== 0)
  return first < 0 ? 0 : (modulus.length - first) * 8 - Math.clz32(modulus[first] ?? 0) + 24
}

const attributeNames: Record<string, string> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
}

function readName(name: pkijs.RelativeDistinguishedNames): { text: string; organization?: string } {
  const attributes = name.typesAndValues.map(({ type, value }) => ({
    name: attributeNames[type] ?? type,
    value: String(value.valueBlock.value ?? ''),
  }))
  const organization = attributes.find(each => each.name === 'O')?.value
  return {
    text: attributes.map(each => `${each.name}=${each.value}`).join(', '),
    ...(organization !== undefined && { organization }),
  }
}

/** RSASSA-PSS. */
const PSS_OID = '1.2.840.113549.1.1.10'

const issuerAlgorithms: Record<string, { scheme: 'PSS' | 'PKCS1'; hash: HashAlgorithm; family: string }> = {
  '1.2.840.10045.4.3.2': { scheme: 'PSS', hash: 'sha256', family: 'EC' },
  '1.2.840.10045.4.3.3': { scheme: 'PSS', hash: 'sha384', family: 'EC' },
  '1.2.840.10045.4.3.4': { scheme: 'PSS', hash: 'sha512', family: 'EC' },
  '1.2.840.113549.1.1.11': { scheme: 'PKCS1', hash: 'sha256', family: 'RSA' },
  '1.2.840.113549.1.1.12': { scheme: 'PKCS1', hash: 'sha384', family: 'RSA' },
  '1.2.840.113549.1.1.13': { scheme: 'PKCS1', hash: 'sha512', family: 'RSA' },
  '1.3.101.112': { scheme: 'PSS', hash: 'sha512', family: 'Ed25519' },
}

const pssHashes: Record<string, HashAlgorithm> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/** How X.509 and CMS say an algorithm; `undefined` for one that clause 14.5.1.1 does not list, or PSS with other parameters than it allows. */
export function x509Algorithm(
  oid: string,
  parameters: Bytes | undefined,
): { scheme: 'PSS' | 'PKCS1'; hash: HashAlgorithm; family: string } | undefined {
  if (oid === PSS_OID) return pssAlgorithm(parameters)
  return Object.hasOwn(issuerAlgorithms, oid) ? issuerAlgorithms[oid] : undefined
}

function pssAlgorithm(parameters: Bytes | undefined): ReturnType<typeof x509Algorithm> {
  if (!parameters) return undefined
  try {
    const { hashAlgorithm, maskGenAlgorithm, saltLength } = pkijs.RSASSAPSSParams.fromBER(parameters)
    const hash = pssHashes[hashAlgorithm.algorithmId]
    const mask = pkijs.AlgorithmIdentifier.fromBER(maskGenAlgorithm.algorithmParams.toBER(false)).algorithmId
    const fits = hash && pssHashes[mask] === hash && saltLength === Number(hash.slice(3)) / 8
    return fits ? { scheme: 'PSS', hash, family: 'RSA' } : undefined
  } catch {
    return undefined
  }
}

/** Whether `signature` over `data` is that of the certificate's key, in the form that X.509 and CMS use. */
export async function verifyX509Signature(
  signer: Certificate,
  algorithm: { scheme: 'PSS' | 'PKCS1'; hash: HashAlgorithm; family: string } | undefined,
  data: Bytes,
  signature: Bytes,
): Promise<boolean> {
  const kind = signer.key?.kind
  if (!kind || !algorithm || familyOf(kind) !== algorithm.family) return false
  const half = (signatureBytes(kind) ?? 0) / 2
  const raw = algorithm.family === 'EC' ? ecdsaFromDer(signature, half) : signature
  return raw !== undefined && verifySignature({ spki: signer.spki, kind, ...algorithm }, data, raw)
}

const familyOf = (kind: KeyKind): string => (kind.startsWith('P-') ? 'EC' : kind)

/** Whether `issuer` signed `certificate`, under the name that it says. */
export async function isIssuedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  if (!equalBytes(certificate.issuer.der, issuer.subject.der)) return false
  const algorithm = x509Algorithm(certificate.signatureOid, certificate.signatureParameters)
  return verifyX509Signature(issuer, algorithm, certificate.tbs, certificate.signature)
}
