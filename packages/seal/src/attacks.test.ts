/** What attackers do, and what is said of it: every row is an attack and its verdict. */
import { expect, test } from 'vitest'
import {
  otherSigner,
  privateJwk,
  publicJwk,
  secretJwk,
  secretSigner,
  signer,
  trust,
} from '../testing/keys.ts'
import { prose } from '../testing/texts.ts'
import { concatBytes, fromHex } from './bytes.ts'
import { openingDigest, signedBytes } from './digests.ts'
import { frame, selector } from './frame.ts'
import {
  createSigner,
  type Report,
  type SealerOptions,
  type Signer,
  seal,
  strip,
  trustList,
  verify,
} from './index.ts'
import { decodePayload, encodeFields, encodeOpening, encodeSigned, type Segment } from './payload.ts'
import { unmark } from './unmark.ts'

const options: SealerOptions = {
  signer,
  claims: { model: 'demo' },
  segmentChars: 200,
  streamId: 'aaaaaaaaaaaaaaaa',
}
const text = prose(16)
const { text: sealed } = await seal(text, options)
const { text: other } = await seal(prose(16, 50), { ...options, streamId: 'bbbbbbbbbbbbbbbb' })
const { text: foreign } = await seal(prose(5, 70), {
  ...options,
  signer: otherSigner,
  streamId: 'cccccccccccccccc',
})

/** The text between the marks, each with the marks behind it. */
function segmentsOf(of: string): string[] {
  return of.match(/[^\udb40]+(?:\udb40[\udd00-\uddef])*/g) ?? []
}
const parts = segmentsOf(sealed)
const otherParts = segmentsOf(other)
const words = parts.map(part => strip(part))
const marks = parts.map((part, i) => part.slice(words[i]?.length))
/** All parts, one of them replaced. */
function withPart(i: number, part: string): string {
  return parts.map((known, j) => (i === j ? part : known)).join('')
}
const noise = selector(3) + selector(200) + selector(7)

interface Verdict {
  status: Report['status']
  /** Of the first seal. */
  seal?: Partial<Report['seals'][number]>
  unsealed?: number
}

const attacks: [name: string, attacked: string, verdict: Verdict][] = [
  ['nothing at all', sealed, { status: 'intact', unsealed: 0 }],
  [
    'every word replaced, every mark kept',
    marks.map((mark, i) => words[i]?.replace(/\w/g, 'x') + mark).join(''),
    { status: 'altered' },
  ],
  [
    'one letter changed',
    sealed.replace('brass', 'grass'),
    { status: 'altered', seal: { signature: 'valid', content: 'altered', coverage: 'whole' } },
  ],
  ['words inserted in a sentence', sealed.replace('brass', 'brass <9,999,999 of >'), { status: 'altered' }],
  ['an element inserted', sealed.replace('brass', '<b>brass</b> <i>and gold</i>'), { status: 'altered' }],
  ['words inserted at a mark', withPart(1, `${parts[1]} And the reverse.`), { status: 'altered' }],
  ['words taken out', sealed.replace(' small', ''), { status: 'altered' }],
  ['a number changed', sealed.replace('1905', '1950'), { status: 'altered' }],
  [
    'words before the text',
    `Our lawyers say: ${sealed}`,
    { status: 'excerpt', seal: { content: 'intact', coverage: 'whole' }, unsealed: 1 },
  ],
  [
    'words behind the text',
    `${sealed} None of this is true.`,
    { status: 'excerpt', seal: { content: 'intact' }, unsealed: 1 },
  ],
  [
    'white space folded',
    sealed.replaceAll('. ', '.\n'),
    { status: 'reformatted', seal: { signature: 'valid', hiddenMarkup: 'unchecked' }, unsealed: 0 },
  ],
  ['quotes curled and a newline appended', `${sealed}\n`, { status: 'reformatted', unsealed: 0 }],
  ['invisible noise beside a mark', withPart(1, parts[1] + noise), { status: 'reformatted' }],
  [
    'invisible noise inside a mark',
    sealed.replace(marks[1]?.slice(0, 40) as string, marks[1]?.slice(0, 40) + noise),
    { status: 'altered', seal: { order: 'gaps' } },
  ],
  ['every mark taken out', strip(sealed), { status: 'unsealed', unsealed: 1 }],
  [
    'every seal moved to another text',
    `This text is a lie, and it says so quite openly.${marks.join('')}`,
    { status: 'altered' },
  ],
  ['the closing glued to another text', `Something else.${marks.at(-1)}`, { status: 'altered' }],
  [
    'two segments exchanged',
    [parts[1], parts[0], ...parts.slice(2)].join(''),
    { status: 'altered', seal: { order: 'reordered' } },
  ],
  [
    'a segment taken out with its mark',
    [parts[0], ...parts.slice(2)].join(''),
    { status: 'excerpt', seal: { order: 'gaps', content: 'intact' } },
  ],
  [
    'a segment replaced by words',
    [parts[0], ' Something else was here.', ...parts.slice(2)].join(''),
    { status: 'altered', seal: { order: 'gaps' }, unsealed: 1 },
  ],
  [
    'a segment doubled',
    [parts[0], parts[1], ...parts.slice(1)].join(''),
    { status: 'altered', seal: { order: 'reordered' } },
  ],
  ['the end cut off', parts.slice(0, 3).join(''), { status: 'truncated', seal: { coverage: 'truncated' } }],
  [
    'the closing taken out',
    sealed.slice(0, -(marks.at(-1)?.length as number)),
    { status: 'truncated', seal: { coverage: 'truncated' }, unsealed: 1 },
  ],
  [
    'the beginning cut off',
    parts.slice(1).join(''),
    { status: 'excerpt', seal: { coverage: 'excerpt', order: 'ok' } },
  ],
  [
    'one passage in another text',
    `He wrote: ${parts[2]} So he did.`,
    { status: 'excerpt', seal: { signature: 'valid', content: 'intact' }, unsealed: 2 },
  ],
  [
    'two streams spliced',
    [...parts.slice(0, 2), ...otherParts.slice(2)].join(''),
    { status: 'altered', seal: { order: 'spliced' } },
  ],
  [
    'a segment of another stream put in',
    [parts[0], otherParts[1], ...parts.slice(2)].join(''),
    { status: 'altered', seal: { order: 'spliced' } },
  ],
  [
    'a closing of another stream',
    [
      ...parts.slice(0, -1),
      words.at(-1),
      segmentsOf(other)
        .at(-1)
        ?.match(/(?:\udb40.)+/)?.[0],
    ].join(''),
    { status: 'altered' },
  ],
  ['a seal by an unknown key beside ours', `${sealed}\n\n${foreign}`, { status: 'unknown-signer' }],
  [
    'our text sealed by a stranger',
    foreign,
    { status: 'unknown-signer', seal: { signer: 'unknown', signature: 'unchecked' } },
  ],
]

test.each(attacks)('S2 S3 S4 S10 attack: %s', async (_, attacked, { status, seal: expected, unsealed }) => {
  const report = await verify(attacked, { trust })
  expect(report.status).toBe(status)
  if (expected) expect(report.seals[0]).toMatchObject(expected)
  if (unsealed !== undefined) expect(report.unsealed).toHaveLength(unsealed)
})

/** Decodes mark `i` of the sealed text, changes it, and puts it back. */
function forge(i: number, change: (segment: Segment) => void): string {
  const found = unmark(sealed).marks
  const mark = found.filter(({ payload }) => decodePayload(payload)?.payload.kind === 'segment')[i]
  const segment = mark && decodePayload(mark.payload)?.payload
  if (segment?.kind !== 'segment') throw new Error('no such segment')
  change(segment)
  const bytes = encodeSigned(encodeFields(segment), segment.lag, segment.signature)
  return sealed.slice(0, mark?.start) + frame(bytes) + sealed.slice(mark?.end)
}

test.each<[string, (segment: Segment) => void]>([
  [
    'index',
    segment => {
      segment.index += 9
    },
  ],
  [
    'length',
    segment => {
      segment.extent.exactLength += 1
    },
  ],
  [
    'exact digest',
    segment => {
      segment.extent.exactDigest = new Uint8Array(12)
    },
  ],
  [
    'skeleton digest',
    segment => {
      segment.extent.skeletonDigest = new Uint8Array(12)
    },
  ],
  [
    '"not comparable"',
    segment => {
      segment.notComparable = true
    },
  ],
])('S10 a segment whose %s was changed is invalid', async (_, change) => {
  expect((await verify(forge(1, change), { trust })).status).toBe('invalid')
})

test('S10 a changed signature is invalid where the closing does not vouch for the segment', async () => {
  const forged = forge(1, segment => {
    segment.signature[5] = (segment.signature[5] as number) ^ 1
  })
  expect((await verify(forged, { trust })).status).toBe('intact')
  const cut = await verify(forged.slice(0, forged.lastIndexOf('\u{e01ee}')), { trust })
  expect(cut.status).toBe('invalid')
})

test('S10 a segment replayed under another stream id or key hint is not ours', async () => {
  const replayed = await verify(
    forge(1, segment => {
      segment.streamId = fromHex('bbbbbbbbbbbbbbbb')
    }),
    { trust },
  )
  expect(replayed.status).toBe('invalid')
  const renamed = await verify(
    forge(1, segment => {
      segment.keyHint = Uint8Array.of(1, 2, 3)
    }),
    { trust },
  )
  expect(renamed.status).toBe('unknown-signer')
})

test("S10 the mark's own lag is not signed, and moving it gains nothing", async () => {
  const moved = await verify(
    forge(1, segment => {
      segment.lag = { exact: 5, skeleton: 5 }
    }),
    { trust },
  )
  expect(['intact', 'altered']).toContain(moved.status)
  const away = await verify(
    forge(0, segment => {
      segment.lag = { exact: -1e9, skeleton: 1e9 }
    }),
    { trust },
  )
  expect(away.seals[0]?.signature).toBe('valid')
})

test('S10 an opening with other claims is not believed', async () => {
  const { marks: found } = unmark(sealed)
  const mark = found.find(({ payload }) => decodePayload(payload)?.payload.kind === 'opening')
  const opening = mark && decodePayload(mark.payload)?.payload
  if (!mark || opening?.kind !== 'opening') throw new Error('no opening')
  const forged = frame(encodeOpening({ ...opening, claims: { model: 'human' } }))
  const report = await verify(sealed.slice(0, mark.start) + forged + sealed.slice(mark.end), { trust })
  expect(report.status).toBe('invalid')
  expect(report.seals[0]?.claims).toBeUndefined()
})

test('S10 the algorithm cannot be confused: the public key as an HMAC secret proves nothing', async () => {
  const asSecret = await createSigner({ kty: 'oct', k: publicJwk.x as string })
  const confused: Signer = { ...asSecret, keyId: signer.keyId }
  const { text: forged } = await seal(text, { ...options, signer: confused })
  const report = await verify(forged, { trust })
  expect(report.status).toBe('invalid')
  expect(report.seals[0]).toMatchObject({ signature: 'invalid', algorithm: 'HMAC-SHA256' })
})

test('S10 a shared secret is said to be one, and its thumbprint does not help a stranger', async () => {
  const { text: byUs } = await seal(text, { ...options, signer: secretSigner })
  const report = await verify(byUs, { trust: trustList(secretJwk) })
  expect(report).toMatchObject({ status: 'intact' })
  expect(report.seals[0]).toMatchObject({ trustKind: 'shared-secret', algorithm: 'HMAC-SHA256' })
  expect((await verify(byUs, { trust })).status).toBe('unknown-signer')
})

test('S10 claims are shown only where a trusted key signed them', async () => {
  expect((await verify(sealed, { trust })).seals[0]?.claims).toMatchObject({ model: 'demo' })
  expect((await verify(sealed)).seals[0]?.claims).toBeUndefined()
  expect(
    (await verify(sealed, { trust: trustList({ ...publicJwk, revoked: true }) })).seals[0]?.claims,
  ).toBeUndefined()
})

test.each([
  [{ revoked: '2026-01-01T00:00:00Z' }, 'revoked'],
  [{ revoked: true }, 'revoked'],
  [{ revoked: false }, 'trusted'],
  [{ exp: 1_000 }, 'expired'],
  [{ exp: 2_001 }, 'trusted'],
  [{ nbf: 3_000 }, 'unknown'],
  [{ exp: 1_000, revoked: true }, 'revoked'],
] as const)('S10 a key with %j is %s', async (members, expected) => {
  const report = await verify(sealed, {
    trust: trustList({ keys: [{ ...publicJwk, ...members }] }),
    now: 2_000_000,
  })
  expect(report.seals[0]).toMatchObject({ signer: expected, signature: 'valid' })
  expect(report.status).toBe(expected === 'trusted' ? 'intact' : 'unknown-signer')
})

test('S10 a light seal in place of a full one needs the key: its marks cannot be rearranged into one', async () => {
  const closing = unmark(sealed).marks.at(-1)?.payload as Uint8Array
  const decoded = decodePayload(closing)?.payload
  if (decoded?.kind !== 'closing') throw new Error('no closing')
  const { chain: _, ...rest } = decoded
  const light = frame(encodeSigned(encodeFields({ ...rest, count: 0 }), decoded.lag, decoded.signature))
  expect((await verify(strip(sealed) + light, { trust })).status).toBe('invalid')
})

test("S10 a signature is over the kind of mark: a segment's is none for a closing", () => {
  const fields = Uint8Array.of(1, 2, 3)
  const key = new Uint8Array(32)
  expect(signedBytes('segment', key, fields)).not.toEqual(signedBytes('closing', key, fields))
  expect(openingDigest(fields)).not.toEqual(openingDigest(concatBytes(fields, fields)))
})

test('S10 the private half is not needed to trust a key', async () => {
  const report = await verify(sealed, { trust: trustList(privateJwk) })
  expect(report.status).toBe('intact')
})

test('S11 at most 64 signatures are checked; the rest says unchecked, and the text is not called intact', async () => {
  const many: string[] = []
  for (let i = 0; i < 40; i++) {
    const { text: one } = await seal(`${prose(4, i)} `, {
      ...options,
      streamId: i.toString(16).padStart(16, '0'),
    })
    many.push(one)
  }
  const started = many.map(one => one.slice(0, one.lastIndexOf('\u{e01ee}'))).join('\n\n')
  const { seals, status } = await verify(started, { trust })
  expect(seals.filter(({ signature }) => signature === 'valid').length).toBeLessThanOrEqual(64)
  expect(status).not.toBe('intact')
})

test.each<[string, () => string]>([
  ['a million half-open marks', () => '\u{e01ee}'.repeat(1_000_000)],
  ['a million half-open marks with a word between', () => 'a\u{e01ee}\u{e0101}\u{e0102}'.repeat(1_000_000)],
  ['half a million empty marks', () => '\u{e01ee}\u{e01ef}'.repeat(500_000)],
  [
    'many short marks with a wrong checksum',
    () => 'a\u{e01ee}\u{e0100}\u{e0101}\u{e0102}\u{e0103}\u{e0104}\u{e01ef}'.repeat(200_000),
  ],
  ['a million closers', () => '\u{e01ef}'.repeat(1_000_000)],
  ['a million letters and one combining mark each', () => 'e\u0301'.repeat(1_000_000)],
  ['a million combining marks', () => `e${'\u0301'.repeat(1_000_000)}`],
  ['a million zero-width joiners', () => '\u200d'.repeat(1_000_000)],
  ['ten thousand copies of one mark', () => `x${marks[1]}`.repeat(10_000)],
  ['three thousand seals', () => Array.from({ length: 3_000 }, (_, i) => `x${otherStream(i)}`).join('')],
])(
  'S11 a flood of %s gives a report in linear time',
  async (_, flood) => {
    // A quadratic step takes minutes here; a busy machine does not.
    const started = performance.now()
    const report = await verify(flood(), { trust })
    expect(performance.now() - started).toBeLessThan(60_000)
    expect(report.status).not.toBe('intact')
  },
  90_000,
)

function otherStream(i: number): string {
  const mark = unmark(sealed).marks[0]
  const segment = mark && decodePayload(mark.payload)?.payload
  if (segment?.kind !== 'segment') throw new Error('no segment')
  segment.streamId = fromHex(i.toString(16).padStart(16, '0'))
  segment.extent.exactLength = 1_000_000
  return frame(encodeSigned(encodeFields(segment), segment.lag, segment.signature))
}

test('S10 S11 a forged segment past the bound of checks is unchecked, whatever the marks before it say', async () => {
  const forger: Signer = { ...otherSigner, keyId: signer.keyId }
  const forged = segmentsOf((await seal(text, { ...options, signer: forger })).text)
  const { status, seals } = await verify(`${parts[0]}${` ${marks[0]}`.repeat(63)}${forged[1]}`, { trust })
  expect(status).toBe('unknown-signer')
  expect(seals[0]?.segments.at(-1)).toMatchObject({ index: 1, status: 'unchecked' })
})
