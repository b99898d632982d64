/** A time-stamping authority (RFC 3161) on this machine, with a real chain and real tokens, for tests. */
import { createServer } from 'node:http'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { type Bytes, ownBytes } from '../bytes.ts'
import { createDevelopmentChain } from '../development-chain.ts'
import { ecdsaToDer } from '../ecdsa-der.ts'
import { readPem } from '../pem.ts'
import type { WebKey } from '../web-keys.ts'

/** What the authority does wrong, if anything. */
export type Fault =
  | 'other-imprint'
  | 'other-nonce'
  | 'refuses'
  | 'bad-signature'
  | 'huge'
  | 'silent'
  | 'not-for-timestamps'

/** A running authority. */
export interface TimestampServer {
  url: string
  /** Its root, in PEM. */
  root: string
  close(): Promise<void>
}

const SHA256 = '2.16.840.1.101.3.4.2.1'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'

/** Starts one; `time` is what its clock says. */
export async function startTimestampServer(
  options: { fault?: Fault; time?: Date } = {},
): Promise<TimestampServer> {
  const { fault, time = new Date(Math.floor(Date.now() / 1000) * 1000) } = options
  const purpose = fault === 'not-for-timestamps' ? 'claim-signing' : 'time-stamping'
  const { privateKey, chain, root } = await createDevelopmentChain({ purpose, name: 'Development time' })
  const key = await crypto.subtle.importKey(
    'pkcs8',
    readPem(privateKey, 'PRIVATE KEY')[0] ?? new Uint8Array(0),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )
  const answer = (query: Bytes): Promise<Bytes> =>
    stamp(query, { key, chain: readPem(chain, 'CERTIFICATE'), fault, time })
  const server = createServer((incoming, response) => {
    const chunks: Uint8Array[] = []
    incoming.on('data', chunk => chunks.push(chunk))
    incoming.on('end', async () => {
      if (fault === 'silent') return
      const body = fault === 'huge' ? new Uint8Array(1 << 20) : await answer(ownBytes(Buffer.concat(chunks)))
      response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(body)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/`,
    root,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Stamping {
  key: WebKey
  chain: Bytes[]
  fault: Fault | undefined
  time: Date
}

async function stamp(query: Bytes, { key, chain, fault, time }: Stamping): Promise<Bytes> {
  if (fault === 'refuses') return response(2)
  const { messageImprint, nonce } = pkijs.TimeStampReq.fromBER(query)
  const imprint = fault === 'other-imprint' ? otherImprint() : messageImprint
  const info = new pkijs.TSTInfo({
    version: 1,
    policy: '1.2.3.4',
    messageImprint: imprint,
    serialNumber: new asn1js.Integer({ value: 7 }),
    genTime: time,
    nonce: fault === 'other-nonce' || !nonce ? new asn1js.Integer({ value: 9 }) : nonce,
  })
  const content = new Uint8Array(info.toSchema().toBER(false))
  const token = await signedData(content, key, chain, fault === 'bad-signature')
  return response(0, token)
}

const otherImprint = (): pkijs.MessageImprint =>
  new pkijs.MessageImprint({
    hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: SHA256 }),
    hashedMessage: new asn1js.OctetString({ valueHex: new ArrayBuffer(32) }),
  })

async function signedData(
  content: Bytes,
  key: WebKey,
  chain: Bytes[],
  spoil: boolean,
): Promise<pkijs.ContentInfo> {
  const certificates = chain.map(der => pkijs.Certificate.fromBER(der))
  const [own] = certificates
  if (!own) throw new RangeError('The authority has no certificate')
  const attribute = (type: string, value: asn1js.BaseBlock): pkijs.Attribute =>
    new pkijs.Attribute({ type, values: [value] })
  const contentHash = await crypto.subtle.digest('SHA-256', content)
  const signedAttrs = new pkijs.SignedAndUnsignedAttributes({
    type: 0,
    attributes: [
      attribute('1.2.840.113549.1.9.3', new asn1js.ObjectIdentifier({ value: TST_INFO })),
      attribute('1.2.840.113549.1.9.4', new asn1js.OctetString({ valueHex: contentHash })),
    ],
  })
  const toSign = new Uint8Array(signedAttrs.toSchema().toBER(false))
  // RFC 5652 §5.4: what is signed is the SET, not the field [0] of the signer.
  toSign[0] = 0x31
  const signature = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, toSign))
  if (spoil) signature[5] = (signature[5] ?? 0) ^ 1
  const signer = new pkijs.SignerInfo({
    version: 1,
    sid: new pkijs.IssuerAndSerialNumber({ issuer: own.issuer, serialNumber: own.serialNumber }),
    digestAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: SHA256 }),
    signedAttrs,
    signatureAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: '1.2.840.10045.4.3.2' }),
    signature: new asn1js.OctetString({ valueHex: ecdsaToDer(signature) }),
  })
  const encapContentInfo = new pkijs.EncapsulatedContentInfo({ eContentType: TST_INFO })
  // Set afterwards: given to the constructor, it would be cut into a constructed string, which is not DER.
  encapContentInfo.eContent = new asn1js.OctetString({ valueHex: content })
  const signed = new pkijs.SignedData({
    version: 3,
    digestAlgorithms: [new pkijs.AlgorithmIdentifier({ algorithmId: SHA256 })],
    encapContentInfo,
    certificates,
    signerInfos: [signer],
  })
  return new pkijs.ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: signed.toSchema(true) })
}

function response(status: number, token?: pkijs.ContentInfo): Bytes {
  const answer = new pkijs.TimeStampResp({
    status: new pkijs.PKIStatusInfo({ status }),
    ...(token && { timeStampToken: token }),
  })
  return new Uint8Array(answer.toSchema().toBER(false))
}
