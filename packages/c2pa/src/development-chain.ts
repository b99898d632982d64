/** A certificate chain for development: made on the spot, marked in every name, refused wherever it is not asked for. */
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import type { Bytes } from './bytes.ts'
import { DEVELOPMENT_ORGANIZATION } from './development-mark.ts'
import { ecdsaToDer } from './ecdsa-der.ts'
import { EXTENSION, PURPOSE } from './extensions.ts'
import { writePem } from './pem.ts'
import type { WebKeyPair } from './web-keys.ts'

/** The algorithms that a development chain can sign with. */
export type DevelopmentAlgorithm = 'ES256' | 'ES384' | 'PS256' | 'Ed25519'

/** What `createDevelopmentChain` takes. */
export interface DevelopmentChainOptions {
  /** Default `ES256`. */
  algorithm?: DevelopmentAlgorithm
  /** What the leaf is for; default signing claims. */
  purpose?: 'claim-signing' | 'time-stamping'
  /** The common name of the leaf; default says what it is. */
  name?: string
  /** When the chain becomes valid; default: an hour ago. */
  notBefore?: Date
  /** How long it is valid, in days; default 90. */
  days?: number
}

/** A chain and its key, in PEM. */
export interface DevelopmentChain {
  /** PKCS #8, of the leaf. */
  privateKey: string
  /** The leaf and the authority that issued it, for `createC2paSigner`. */
  chain: string
  /** The root, for `trustAnchors`. */
  root: string
}

interface Party {
  name: string
  keys: WebKeyPair
}

/**
 * Makes a root, an authority and a leaf for development. Their organization is "Streamseal DEVELOPMENT ONLY - not for
 * production", and `createC2paSigner` and `trustAnchors` refuse them unless told otherwise.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createC2paSigner, createDevelopmentChain } from '@streamseal/c2pa'
 *
 * const { privateKey, chain } = await createDevelopmentChain({ algorithm: 'Ed25519' })
 * await assert.rejects(createC2paSigner({ privateKey, chain }), { code: 'DEVELOPMENT_CERTIFICATE' })
 * ```
 */
export async function createDevelopmentChain(
  options: DevelopmentChainOptions = {},
): Promise<DevelopmentChain> {
  const { algorithm = 'ES256', purpose = 'claim-signing', name = 'Development signer' } = options
  const newParty = async (partyName: string): Promise<Party> => ({
    name: partyName,
    keys: await newKeys(algorithm),
  })
  const root = await newParty('Development root')
  const authority = await newParty('Development authority')
  const leaf = await newParty(name)
  const period = periodOf(options)
  const issue = (subject: Party, issuer: Party, extensions: pkijs.Extension[]): Promise<Bytes> =>
    issueCertificate({ subject, issuer, extensions, period, algorithm })
  const rootDer = await issue(root, root, await authorityExtensions(root, root, 1))
  const authorityDer = await issue(authority, root, await authorityExtensions(authority, root, 0))
  const leafDer = await issue(leaf, authority, await leafExtensions(leaf, authority, purpose))
  return {
    privateKey: writePem(
      'PRIVATE KEY',
      new Uint8Array(await crypto.subtle.exportKey('pkcs8', leaf.keys.privateKey)),
    ),
    chain: writePem('CERTIFICATE', leafDer) + writePem('CERTIFICATE', authorityDer),
    root: writePem('CERTIFICATE', rootDer),
  }
}

const keyParameters = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  PS256: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: 'SHA-256',
  },
  Ed25519: { name: 'Ed25519' },
} as const

/** How each algorithm signs certificates: object identifier, parameters in DER, and for WebCrypto. */
const certificateAlgorithms = {
  ES256: { oid: '1.2.840.10045.4.3.2', web: { name: 'ECDSA', hash: 'SHA-256' } },
  ES384: { oid: '1.2.840.10045.4.3.3', web: { name: 'ECDSA', hash: 'SHA-384' } },
  PS256: { oid: '1.2.840.113549.1.1.11', web: { name: 'RSASSA-PKCS1-v1_5' } },
  Ed25519: { oid: '1.3.101.112', web: { name: 'Ed25519' } },
} as const

const newKeys = async (algorithm: DevelopmentAlgorithm): Promise<WebKeyPair> =>
  (await crypto.subtle.generateKey(keyParameters[algorithm], true, ['sign', 'verify'])) as WebKeyPair

const DAY_MS = 86_400_000

function periodOf({
  notBefore = new Date(Date.now() - 3_600_000),
  days = 90,
}: DevelopmentChainOptions): Date[] {
  // Certificates tell whole seconds (RFC 5280 §4.1.2.5).
  const from = Math.floor(notBefore.getTime() / 1000) * 1000
  return [new Date(from), new Date(from + days * DAY_MS)]
}

interface Issuing {
  subject: Party
  issuer: Party
  extensions: pkijs.Extension[]
  period: Date[]
  algorithm: DevelopmentAlgorithm
}

async function issueCertificate({ subject, issuer, extensions, period, algorithm }: Issuing): Promise<Bytes> {
  const { oid, web } = certificateAlgorithms[algorithm]
  const [from = new Date(), to = new Date()] = period
  const parameters = algorithm === 'PS256' ? { algorithmParams: new asn1js.Null() } : {}
  const signatureAlgorithm = new pkijs.AlgorithmIdentifier({ algorithmId: oid, ...parameters })
  const serial = crypto.getRandomValues(new Uint8Array(16))
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const certificate = new pkijs.Certificate({
    version: 2,
    serialNumber: new asn1js.Integer({ valueHex: serial.buffer }),
    signature: signatureAlgorithm,
    signatureAlgorithm,
    issuer: distinguishedName(issuer.name),
    subject: distinguishedName(subject.name),
    notBefore: new pkijs.Time({ type: 0, value: from }),
    notAfter: new pkijs.Time({ type: 0, value: to }),
    extensions,
  })
  const spki = await crypto.subtle.exportKey('spki', subject.keys.publicKey)
  certificate.subjectPublicKeyInfo = pkijs.PublicKeyInfo.fromBER(spki)
  const tbs = certificate.encodeTBS().toBER(false)
  const signature = new Uint8Array(await crypto.subtle.sign(web, issuer.keys.privateKey, tbs))
  const inDer = web.name === 'ECDSA' ? ecdsaToDer(signature) : signature
  certificate.signatureValue = new asn1js.BitString({ valueHex: inDer.buffer })
  certificate.tbsView = new Uint8Array(tbs)
  return new Uint8Array(certificate.toSchema(true).toBER(false))
}

/** One attribute a step, each a set of its own; PKI.js by itself would join them into one. */
function distinguishedName(name: string): pkijs.RelativeDistinguishedNames {
  const step = (type: string, value: string): asn1js.Set => {
    const attribute = new pkijs.AttributeTypeAndValue({ type, value: new asn1js.Utf8String({ value }) })
    return new asn1js.Set({ value: [attribute.toSchema()] })
  }
  const steps = [step('2.5.4.10', DEVELOPMENT_ORGANIZATION), step('2.5.4.3', name)]
  return pkijs.RelativeDistinguishedNames.fromBER(new asn1js.Sequence({ value: steps }).toBER(false))
}

async function authorityExtensions(
  subject: Party,
  issuer: Party,
  pathLength: number,
): Promise<pkijs.Extension[]> {
  const constraints = new pkijs.BasicConstraints({ cA: true, pathLenConstraint: pathLength })
  return [
    extension(EXTENSION.basicConstraints, true, constraints.toSchema()),
    extension(EXTENSION.keyUsage, true, usageBits(0x06, 1)),
    ...(await keyIdentifiers(subject, issuer)),
  ]
}

async function leafExtensions(
  subject: Party,
  issuer: Party,
  purpose: 'claim-signing' | 'time-stamping',
): Promise<pkijs.Extension[]> {
  // Readers without the purpose of clause 14.4.1 in their lists know the one for e-mail, which the first versions named.
  const timeStamping = purpose === 'time-stamping'
  const keyPurposes = timeStamping ? [PURPOSE.timeStamping] : [PURPOSE.claimSigning, PURPOSE.emailProtection]
  return [
    extension(EXTENSION.basicConstraints, true, new pkijs.BasicConstraints({ cA: false }).toSchema()),
    extension(EXTENSION.keyUsage, true, usageBits(0x80, 7)),
    extension(EXTENSION.extendedKeyUsage, timeStamping, new pkijs.ExtKeyUsage({ keyPurposes }).toSchema()),
    ...(await keyIdentifiers(subject, issuer)),
  ]
}

async function keyIdentifiers(subject: Party, issuer: Party): Promise<pkijs.Extension[]> {
  const own = new asn1js.OctetString({ valueHex: await keyIdentifier(subject) })
  const keyId = new asn1js.OctetString({ valueHex: await keyIdentifier(issuer) })
  const authority = new pkijs.AuthorityKeyIdentifier({ keyIdentifier: keyId })
  return [
    extension(EXTENSION.subjectKeyId, false, own),
    extension(EXTENSION.authorityKeyId, false, authority.toSchema()),
  ]
}

/** The first 160 bits of the key's SHA-256 (RFC 7093 §2, method 1). */
const keyIdentifier = async ({ keys }: Party): Promise<ArrayBuffer> => {
  const spki = await crypto.subtle.exportKey('spki', keys.publicKey)
  return (await crypto.subtle.digest('SHA-256', spki)).slice(0, 20)
}

const usageBits = (bits: number, unusedBits: number): asn1js.BitString =>
  new asn1js.BitString({ valueHex: Uint8Array.of(bits).buffer, unusedBits })

const extension = (extnID: string, critical: boolean, value: asn1js.BaseBlock): pkijs.Extension =>
  new pkijs.Extension({ extnID, critical, extnValue: value.toBER(false) })
