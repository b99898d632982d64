/** The test vectors of the format, made from fixed keys, times and ids: the same on every machine. */
import { fromHex, toBase64url, toHex } from '../src/bytes.ts'
import { decodeClaims, encodeClaims } from '../src/claims-codec.ts'
import { crc24 } from '../src/crc24.ts'
import { openingDigest, signedBytes, textDigest, textHasher } from '../src/digests.ts'
import { frame } from '../src/frame.ts'
import {
  type Claims,
  createSealer,
  createSigner,
  type Ending,
  type Jwk,
  type Report,
  type SealerOptions,
  type Signer,
  seal,
  strip,
  trustList,
  verify,
} from '../src/index.ts'
import { decodePayload } from '../src/payload.ts'
import { thumbprintOf } from '../src/signing-queue.ts'
import { unmark } from '../src/unmark.ts'
import { edgeReports } from './edge-reports.ts'
import { otherSigner, publicJwk, secretJwk, secretSigner, signer } from './keys.ts'
import { type Given, moreReports } from './more-reports.ts'
import { keyVectors, malformedVectors } from './refused-vectors.ts'
import { prose } from './texts.ts'

/** A text, whom to trust, and the report. */
export interface VerifyVector {
  name: string
  text: string
  detached?: string
  trust: Jwk[]
  /** Milliseconds since 1970. */
  now: number
  report: Report
}

/** What one file of `vectors/seal` holds. */
export interface VectorFile {
  description: string
  vectors: unknown[]
}

const now = Date.UTC(2026, 10, 21)
const claims: Claims = {
  provider: 'a provider',
  model: 'a-model-5',
  verifyUrl: 'https://issuer.example/verify',
}
const base: SealerOptions = { signer, claims, now, streamId: '0011223344556677', segmentChars: 200 }
const text = prose(16)
const endsInCode = `${text}\n\n\`\`\`\ncode\n\`\`\`\n`

/** Every file, by its name. */
export async function makeVectors(): Promise<Record<string, VectorFile>> {
  return {
    'frames.json': {
      description: 'A payload (hex), its CRC-24 (hex), and the mark that carries it.',
      vectors: [1, 2, 71, 72, 73, 74, 149, 150, 151].map(frameVector),
    },
    'claims.json': {
      description: 'Claims, and their bytes (hex).',
      vectors: [...claimSets.map(claimsVector), ...foreignClaims.map(readVector)],
    },
    'digests.json': {
      description: 'The digests of texts (in NFC), keyed by stream id and index.',
      vectors: ['', 'a', 'Résumé ✅', 'x'.repeat(2000)].flatMap((given, i) => [
        digestVector('exact', given, i),
        digestVector('skeleton', given, i * 100),
      ]),
    },
    'payloads.json': {
      description: 'Each mark of a sealed text, taken apart: payload (hex), fields, and what is signed.',
      vectors: await payloadVectors(),
    },
    'malformed.json': {
      description: 'Payloads and claims (hex), detached strings and marks, and whether a reader takes them.',
      vectors: await malformedVectors(),
    },
    'runs.json': {
      description:
        'Texts, in parts that are repeated, what is left of them without marks, in the same form, and how many marks there are.',
      vectors: runVectors(),
    },
    'keys.json': {
      description: 'What a reader is given to trust, and the ids of the keys that it takes or its error.',
      vectors: await keyVectors(),
    },
    'reports.json': {
      description:
        'Texts, the keys that are trusted, and what is reported. Offsets are UTF-16 units of `report.text`; those of `foreign` are of `text`.',
      vectors: await Promise.all((await reportCases()).map(toReportVector)),
    },
  }
}

type Parts = [part: string, times: number][]

/** A run of 32,768 selectors is searched for marks, a longer one is not. */
function runVectors() {
  const mark = frame(Uint8Array.of(0x10, 1, 2, 3))
  const rest = 32_768 - mark.length / 2
  const given: Record<string, [text: Parts, clean: Parts]> = {
    'a mark at the end of the longest run': [
      [
        ['\u{e0101}', rest],
        [mark, 1],
      ],
      [['\u{e0101}', rest]],
    ],
    'a mark at its beginning': [
      [
        [mark, 1],
        ['\u{e0101}', rest],
      ],
      [['\u{e0101}', rest]],
    ],
    'a run that is too long': [
      [
        [mark, 1],
        ['\u{e0101}', rest + 1],
      ],
      [
        [mark, 1],
        ['\u{e0101}', rest + 1],
      ],
    ],
    'one behind a letter': [
      [
        ['\u{e0101}', 40_000],
        ['a', 1],
        [mark, 1],
      ],
      [
        ['\u{e0101}', 40_000],
        ['a', 1],
      ],
    ],
    'half-open marks': [
      [
        ['\u{e01ee}', rest],
        [mark, 1],
      ],
      [['\u{e01ee}', rest]],
    ],
    'halves around a mark': [
      [
        ['\udb40', 1],
        [mark, 1],
        ['\udd05', 1],
      ],
      [
        ['\udb40', 1],
        ['\udd05', 1],
      ],
    ],
    'many marks': [[[mark, 2_000]], []],
    'marks around marks': [
      [
        ['\u{e01ee}\u{e0105}', 300],
        [mark, 1],
        ['\u{e01ef}', 300],
      ],
      [
        ['\u{e01ee}\u{e0105}', 300],
        ['\u{e01ef}', 300],
      ],
    ],
  }
  return Object.entries(given).map(([name, [text, clean]]) => {
    const found = unmark(joined(text))
    if (found.text !== joined(clean)) throw new TypeError(`the vector "${name}" is not what the code says`)
    return { name, text, clean, marks: found.marks.length }
  })
}

function joined(parts: Parts): string {
  return parts.map(([part, times]) => part.repeat(times)).join('')
}

function frameVector(length: number) {
  const payload = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255)
  return {
    payload: toHex(payload),
    crc24: crc24(payload).toString(16).padStart(6, '0'),
    mark: frame(payload),
  }
}

const claimSets: Claims[] = [
  { model: 'demo' },
  {
    ...claims,
    issuer: 'https://issuer.example',
    issuedAt: '2026-11-21T00:00:00Z',
    digitalSourceType: 'trainedAlgorithmicMedia',
  },
  {
    model: ['one', 'two'],
    issuer: 'Someone',
    issuedAt: '2026-11-21T00:00:00.125Z',
    digitalSourceType: 'somethingElse',
  },
  {
    model: 'm',
    issuedAt: '2026-11-21',
    verifyUrl: 'https://elsewhere.example',
    ingredients: [{ streamId: '0123456789abcdef', keyId: 'kPrK' }],
  },
  { model: 'm', custom: { text: 'ü', number: -1.5, whole: 70000, list: [true, null], map: { deep: -3 } } },
]

/** What our writer does not write: an address under no issuer, no model, a time as a float. */
const foreignClaims = ['a202616108816161', 'a10280', 'a202616104fb4000000000000000']

function readVector(bytes: string) {
  return { claims: decodeClaims(fromHex(bytes)), bytes }
}

function claimsVector(given: Claims) {
  return { claims: given, bytes: toHex(encodeClaims(given)) }
}

function digestVector(kind: 'exact' | 'skeleton', given: string, index: number) {
  const hash = textHasher(kind, Uint8Array.of(0, 17, 34, 51, 68, 85, 102, 119), index)
  hash.update(given)
  return { kind, streamId: '0011223344556677', index, text: given, digest: toHex(textDigest(hash)) }
}

async function payloadVectors(): Promise<unknown[]> {
  const sealed = await seal(text, base)
  return unmark(sealed.text).marks.map(({ payload, at }) => {
    const decoded = decodePayload(payload)
    if (!decoded) throw new TypeError('a mark of ours cannot be read')
    return { at, payload: toHex(payload), fields: describe(decoded.payload), ...signatureOf(decoded) }
  })
}

function signatureOf({ payload, fields }: NonNullable<ReturnType<typeof decodePayload>>) {
  if (payload.kind === 'opening') return { digest: toHex(openingDigest(fields)) }
  return {
    signedBytes: toHex(signedBytes(payload.kind, thumbprintOf(signer), fields)),
    signature: toHex(payload.signature),
  }
}

function describe(payload: object): unknown {
  return JSON.parse(
    JSON.stringify(payload, (_, value) => (value instanceof Uint8Array ? toHex(value) : value)),
  )
}

async function toReportVector({
  name,
  text: given,
  detached,
  trust = [publicJwk],
}: Given): Promise<VerifyVector> {
  const beside = detached === undefined ? {} : { detached }
  const report = await verify(given, { trust: trustList(trust), now, ...beside })
  return { name, text: given, ...beside, trust, now, report }
}

async function reportCases(): Promise<Given[]> {
  return [
    ...(await wholeCases()),
    ...(await handledCases()),
    ...(await attackCases()),
    ...(await foreignCases()),
    ...hostileCases(),
    ...(await moreReports(base, now)),
    ...(await edgeReports(base, now)),
  ]
}

async function wholeCases(): Promise<Given[]> {
  const endings: Ending[] = ['complete', 'aborted', 'length-limited', 'failed']
  const ended = endings.map(async ending => ({
    name: `full, ${ending}`,
    ...(await seal(text, { ...base, ending })),
  }))
  return [
    ...(await Promise.all(ended)),
    { name: 'light', ...(await seal(text, { ...base, profile: 'light' })) },
    { name: 'a short text', ...(await seal('One short sentence.', base)) },
    { name: 'HMAC', ...(await seal(text, { ...base, signer: secretSigner })), trust: [secretJwk] },
    { name: 'a text that ends in code', ...(await seal(endsInCode, base)) },
    { name: 'a text that ends in code, streamed', ...(await streamed(endsInCode)) },
    { name: 'a text that ends in code, cut', text: (await seal(endsInCode, base)).text.slice(0, -8) },
    { name: 'light, with a line end', ...(await seal(`${text}\n`, { ...base, profile: 'light' })) },
    { name: 'code, sealed beside it', ...(await seal('let x = 1\n', { ...base, format: 'code' })) },
    { name: 'marks that stand late', ...(await late()) },
    { name: 'models known at the end', ...(await otherModels()) },
    { name: 'sealed twice', ...(await twice()) },
    {
      name: 'many scripts',
      ...(await seal(
        'Γειά σου, κόσμε. Привет, мир. नमस्ते दुनिया। שלום עולם. 你好，世界。 ✅ 𝒳 cafe\u0301 and so on, to the end.',
        base,
      )),
    },
  ]
}

/** As from a signer that answers after a while. */
async function late() {
  const waiting: (() => void)[] = []
  const slow: Signer = {
    ...signer,
    sign: bytes => new Promise(resolve => waiting.push(() => resolve(signer.sign(bytes)))),
  }
  const sealer = createSealer({ ...base, signer: slow })
  let sent = ''
  for (const chunk of text.match(/.{1,90}/gs) ?? []) {
    sent += sealer.feed(chunk)
    if (sent.length % 3 === 0) waiting.shift()?.()
    await new Promise(resolve => setTimeout(resolve, 0))
  }
  const end = sealer.finish()
  for (const answer of waiting) answer()
  return { text: sent + (await end).text }
}

/** As `createSealer` seals it: a closing that cannot be appended is kept beside the text. */
async function streamed(given: string) {
  const sealer = createSealer(base)
  const sent = sealer.feed(given)
  const end = await sealer.finish()
  return { ...end, text: sent + end.text }
}

async function otherModels() {
  const sealer = createSealer(base)
  const sent = sealer.feed(text)
  return { text: sent + (await sealer.finish('complete', { models: ['a-model-5', 'another'] })).text }
}

async function twice() {
  const first = await seal(text, base)
  return seal(first.text, { ...base, streamId: 'ffeeddccbbaa9988' })
}

async function handledCases(): Promise<Given[]> {
  const { text: sealed } = await seal(text, base)
  return [
    { name: 'white space changed', text: sealed.replaceAll(', ', ',\n') },
    { name: 'decomposed', text: (await seal(`Résumé. ${text}`, base)).text.normalize('NFD') },
    { name: 'a newline appended', text: `${sealed}\n` },
    { name: 'a passage in another text', text: `He wrote: ${partsOf(sealed)[2]} So he did.` },
    { name: 'the end cut off', text: sealed.slice(0, sealed.length * 0.6) },
    { name: 'the closing taken out', text: partsOf(sealed).slice(0, -1).join('') },
    { name: 'words before and behind', text: `They say: ${sealed} Or so we hear.` },
  ]
}

async function attackCases(): Promise<Given[]> {
  const { text: sealed } = await seal(text, base)
  const { text: other } = await seal(prose(16, 50), { ...base, streamId: 'ffeeddccbbaa9988' })
  const parts = partsOf(sealed)
  const confused = { ...(await createSigner({ kty: 'oct', k: publicJwk.x as string })), keyId: signer.keyId }
  return [
    { name: 'one letter changed', text: sealed.replace('brass', 'grass') },
    { name: 'words inserted', text: sealed.replace('brass', 'brass and gold') },
    { name: 'words inserted at a mark', text: [parts[0], ' And the reverse.', ...parts.slice(1)].join('') },
    { name: 'reordered', text: [parts[1], parts[0], ...parts.slice(2)].join('') },
    { name: 'a segment taken out', text: [parts[0], ...parts.slice(2)].join('') },
    { name: 'a segment doubled', text: [parts[0], parts[1], ...parts.slice(1)].join('') },
    { name: 'spliced', text: [...parts.slice(0, 2), ...partsOf(other).slice(2)].join('') },
    {
      name: 'another text under the marks',
      text: `Something else.${parts.map(part => part.slice(strip(part).length)).join('')}`,
    },
    { name: 'an unknown signer', ...(await seal(text, { ...base, signer: otherSigner })) },
    {
      name: 'a forged signature',
      ...(await seal(text, { ...base, signer: { ...otherSigner, keyId: signer.keyId } })),
    },
    { name: 'another algorithm under the same key id', ...(await seal(text, { ...base, signer: confused })) },
    { name: 'a revoked key', text: sealed, trust: [{ ...publicJwk, revoked: '2026-11-20T00:00:00Z' }] },
    { name: 'an expired key', text: sealed, trust: [{ ...publicJwk, exp: now / 1000 }] },
    { name: 'nobody trusted', text: sealed, trust: [] },
    { name: 'no marks', text: strip(sealed) },
  ]
}

async function foreignCases(): Promise<Given[]> {
  const json = [...'{"model_id":"x","timestamp":1}']
  const encypher = json.map(c => String.fromCodePoint(0xe0100 + c.charCodeAt(0) - 16)).join('')
  return [
    {
      name: 'a payload of Encypher in the text',
      ...(await seal(`A first${encypher} sentence. ${text}`, base)),
    },
    { name: 'emoji and ideographic variants', ...(await seal(`❤️ 1️⃣ 葛\u{e0100} 👩‍💻 ${text}`, base)) },
  ]
}

function hostileCases(): Given[] {
  const mark = frame(Uint8Array.of(0x10, 1, 2, 3))
  return [
    { name: 'nothing', text: '' },
    { name: 'half-open marks', text: '\u{e01ee}a\u{e01ee}\u{e0101}\u{e01ee}\u{e01ee}' },
    { name: 'a closer alone', text: 'a\u{e01ef}b' },
    { name: 'a mark of a kind that is not known', text: `a${mark}b` },
    { name: 'a mark inside a mark', text: `a${mark.slice(0, 6)}${mark}${mark.slice(6)}b` },
    { name: 'a lone surrogate', text: '\ud800' },
    { name: 'a malformed detached string', text: 'a', detached: `ss1.${toBase64url(new Uint8Array(9))}` },
  ]
}

function partsOf(sealed: string): string[] {
  return sealed.match(/[^\udb40]+(?:\udb40[\udd00-\uddef])*/g) ?? []
}
