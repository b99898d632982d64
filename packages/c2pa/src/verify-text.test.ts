import { expect, test } from 'vitest'
import { type Exclusion, hashDataAssertion, hashedUri } from './assertions.ts'
import { type Bytes, concatBytes, toBase64, utf8 } from './bytes.ts'
import { createC2paSigner } from './c2pa-signer.ts'
import { decodeCbor, encodeCbor, tagged } from './cbor.ts'
import { noPadding, protectedHeader, toBeSigned, writeCose } from './cose.ts'
import { createDevelopmentChain } from './development-chain.ts'
import { digest } from './digests.ts'
import { writeBox, writeSuperBox } from './jumbf.ts'
import { readPem, writePem } from './pem.ts'
import type { C2paReport } from './report.ts'
import { signText } from './sign-text.ts'
import { newSigner, testSigner } from './test/signers.ts'
import { trustAnchors } from './trust-list.ts'
import { verifyText } from './verify-text.ts'
import {
  fixedAssertions,
  type ManifestContents,
  manifestStore,
  type UnsignedManifest,
  unsignedManifest,
} from './write-manifest.ts'

const words = 'The cat sat on the mat.'
const DAY_MS = 86_400_000
const failures = ({ failure }: C2paReport): string[] => failure.map(({ code }) => code)

/** A stored manifest with something in it that `signText` would not write, signed all the same. */
async function forge(
  alter: {
    contents?: Partial<ManifestContents>
    manifest?: (unsigned: UnsignedManifest) => UnsignedManifest
    claim?: (claim: Map<unknown, unknown>) => void
    exclusion?: Exclusion
  } = {},
  cose: (protectedBytes: Bytes, signature: Bytes, claim: Bytes) => Bytes = (header, signature) =>
    writeCose(header, signature, noPadding),
): Promise<Bytes> {
  const { signer } = await testSigner()
  const contents: ManifestContents = {
    claims: {},
    custom: [],
    format: 'text/plain',
    hash: await digest('sha256', utf8(words)),
    when: '2026-08-02T00:00:00Z',
    label: 'urn:c2pa:00000000-0000-4000-8000-000000000000',
    instanceId: 'xmp:iid:1',
    ...alter.contents,
  }
  let unsigned = await unsignedManifest(contents, await fixedAssertions(contents), alter.exclusion)
  unsigned = alter.manifest?.(unsigned) ?? unsigned
  if (alter.claim) {
    const claim = decodeCbor(unsigned.claim) as Map<unknown, unknown>
    alter.claim(claim)
    unsigned = { ...unsigned, claim: encodeCbor(claim) }
  }
  const header = protectedHeader(-7, signer.chain)
  return manifestStore(
    unsigned,
    cose(header, await signer.sign(toBeSigned(header, unsigned.claim)), unsigned.claim),
  )
}

const judge = async (manifest: Bytes): Promise<C2paReport> =>
  verifyText(words, { manifest, trust: (await testSigner()).trust })

test('a manifest forged from honest parts only is trusted: the forgeries below fail for what they change', async () => {
  expect(await judge(await forge())).toMatchObject({ state: 'trusted', failure: [] })
})

test.each([
  ['claim.malformed', (claim: Map<unknown, unknown>) => claim.delete('instanceID')],
  ['claim.malformed', (claim: Map<unknown, unknown>) => claim.set('claim_generator_info', [])],
  ['claim.malformed', (claim: Map<unknown, unknown>) => claim.set('created_assertions', [])],
  [
    'claimSignature.missing',
    (claim: Map<unknown, unknown>) =>
      claim.set('signature', 'self#jumbf=/c2pa/urn:c2pa:other/c2pa.signature'),
  ],
  [
    'assertion.selfRedacted',
    (claim: Map<unknown, unknown>) =>
      claim.set('redacted_assertions', ['self#jumbf=c2pa.assertions/c2pa.hash.data']),
  ],
  ['algorithm.unsupported', (claim: Map<unknown, unknown>) => claim.set('alg', 'sha1')],
  [
    'assertion.undeclared',
    (claim: Map<unknown, unknown>) => (claim.get('created_assertions') as unknown[]).splice(1, 1),
  ],
  [
    'claim.hardBindings.missing',
    (claim: Map<unknown, unknown>) => (claim.get('created_assertions') as unknown[]).splice(-1, 1),
  ],
  [
    'assertion.missing',
    (claim: Map<unknown, unknown>) => (claim.get('created_assertions') as unknown[]).splice(0, 1),
  ],
  [
    'assertion.outsideManifest',
    (claim: Map<unknown, unknown>) =>
      (claim.get('created_assertions') as unknown[]).push({
        url: 'https://example.com/x',
        hash: new Uint8Array(32),
      }),
  ],
] as const)('%s: a signed claim that lacks or says something it must not', async (code, claim) => {
  const report = await judge(await forge({ claim }))
  expect(report.state).toBe('invalid')
  expect(failures(report)).toContain(code)
})

test('fault 23: no part of a text verifies as the whole, and an empty wrapper binds no text', async () => {
  const { signer, trust } = await testSigner()
  const { text } = await signText('', { signer, claims: {} })
  expect(failures(await verifyText(`Totally unsigned. ${text}`, { trust }))).toContain(
    'assertion.dataHash.malformed',
  )
})

test('fault 24: text in angle brackets is text', async () => {
  const { signer, trust } = await testSigner()
  const { text } = await signText('Payment of 100 USD.', { signer, claims: {} })
  const report = await verifyText(text.replace('of ', 'of <9,999,999 of >'), { trust })
  expect(report).toMatchObject({ state: 'invalid', content: 'altered' })
})

test('fault 25: a certificate of one’s own making, expired, with the signer’s name, makes nobody trusted', async () => {
  const { trust } = await testSigner()
  const notBefore = new Date(Date.now() - 30 * DAY_MS)
  const forger = await newSigner({ notBefore, days: 10 })
  const then = notBefore.getTime() + DAY_MS
  const { text } = await signText(words, { signer: forger.signer, claims: {}, now: then })
  expect((await verifyText(text, { trust, now: then })).state).toBe('valid')
  const report = await verifyText(text, { trust })
  expect(failures(report)).toEqual(['claimSignature.outsideValidity', 'signingCredential.expired'])
  expect(report.manifest).toBeUndefined()
})

test('fault 26: the signature counts over the claim box, whatever payload it carries', async () => {
  const inline = await forge({}, (header, signature, claim) =>
    encodeCbor(tagged(18, [header, {}, claim, signature])),
  )
  expect(failures(await judge(inline))).toEqual(['general.error'])
  const otherClaim = await forge({
    manifest: unsigned => ({
      ...unsigned,
      claim: encodeCbor(
        new Map(decodeCbor(unsigned.claim) as Map<unknown, unknown>).set('instanceID', 'xmp:iid:2'),
      ),
    }),
  })
  const swapped = concatBytes(otherClaim)
  swapped.set(utf8('xmp:iid:3'), String.fromCharCode(...swapped).indexOf('xmp:iid:2'))
  expect(failures(await judge(swapped))).toEqual(['claimSignature.mismatch'])
})

test.each([
  ['20 KB of ASCII', 'The cat sat on the mat. '.repeat(850)],
  ['300 Chinese characters', '你好，世界。'.repeat(50)],
  ['characters beyond the basic plane', '😀𝔘 '.repeat(200)],
])(
  'fault 27: the span is counted in bytes: %s verify, and not with a letter changed',
  async (_what, text) => {
    const { signer, trust } = await testSigner()
    const signed = await signText(text, { signer, claims: {} })
    expect(await verifyText(signed.text, { trust })).toMatchObject({ state: 'trusted', content: 'intact' })
    const changed = `${text.slice(0, -1)}x${signed.text.slice(text.length)}`
    expect(await verifyText(changed, { trust })).toMatchObject({ state: 'invalid', content: 'altered' })
  },
)

test('fault 28: a second wrapper is refused, whoever signed it', async () => {
  const { signer, trust } = await testSigner()
  const first = await signText(words, { signer, claims: {} })
  const second = await signText('', { signer, claims: {} })
  expect(failures(await verifyText(first.text + second.text, { trust }))).toEqual([
    'manifest.text.multipleWrappers',
  ])
  await expect(signText(first.text, { signer, claims: {} })).rejects.toMatchObject({ code: 'ALREADY_SIGNED' })
})

test.each([
  ['untagged', (h: Bytes, s: Bytes) => encodeCbor([h, {}, null, s]), 'general.error'],
  [
    'with an empty payload',
    (h: Bytes, s: Bytes) => encodeCbor(tagged(18, [h, {}, new Uint8Array(0), s])),
    'general.error',
  ],
  [
    'with its algorithm unprotected',
    (h: Bytes, s: Bytes) => encodeCbor(tagged(18, [h, new Map([[1, -7]]), null, s])),
    'general.error',
  ],
  [
    'with a stray header',
    (h: Bytes, s: Bytes) => encodeCbor(tagged(18, [h, { note: 'x' }, null, s])),
    'general.error',
  ],
  [
    'with filling that is not zero',
    (h: Bytes, s: Bytes) => encodeCbor(tagged(18, [h, { pad: Uint8Array.of(1) }, null, s])),
    'general.error',
  ],
  [
    'in DER',
    (h: Bytes, s: Bytes) => writeCose(h, concatBytes(Uint8Array.of(0x30, 0x45), s), noPadding),
    'claimSignature.mismatch',
  ],
] as const)('fault 34: a signature %s is refused', async (_what, cose, code) => {
  expect(failures(await judge(await forge({}, cose)))).toEqual([code])
})

test('fault 34: certificates that nothing protects are no credential', async () => {
  const { signer } = await testSigner()
  const header = encodeCbor(new Map([[1, -7]]))
  const bare = await forge({}, (_protected, signature) =>
    encodeCbor(tagged(18, [header, new Map([[33, signer.chain]]), null, signature])),
  )
  expect(failures(await judge(bare))).toEqual(['signingCredential.invalid'])
})

test('an algorithm that does not fit the key, or is not allowed, is refused', async () => {
  const { signer } = await testSigner()
  const as = (coseId: number): Promise<Bytes> =>
    forge({}, (_header, signature) => writeCose(protectedHeader(coseId, signer.chain), signature, noPadding))
  expect(failures(await judge(await as(-8)))).toEqual(['claimSignature.mismatch'])
  expect(failures(await judge(await as(-47)))).toEqual(['algorithm.unsupported'])
})

test('two hard bindings bind nothing', async () => {
  const hash = hashDataAssertion(await digest('sha256', utf8('Other words.')))
  const second = {
    label: 'c2pa.hash.data__1',
    box: writeSuperBox('cbor', 'c2pa.hash.data__1', writeBox('cbor', hash.box.subarray(-60))),
  }
  const extra = await hashedUri(second)
  const report = await judge(
    await forge({
      manifest: unsigned => {
        const body = concatBytes(unsigned.assertions.subarray(8), second.box)
        return { ...unsigned, assertions: writeBox('jumb', body) }
      },
      claim: claim => (claim.get('created_assertions') as unknown[]).push(extra),
    }),
  )
  expect(report.state).toBe('invalid')
  expect(failures(report).length).toBeGreaterThan(0)
})

test('a leaf is trusted for a purpose that the trust list names, and for no other', async () => {
  const { privateKey, chain, root } = await createDevelopmentChain()
  const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
  const { text } = await signText(words, { signer, claims: {} })
  const purposes = ['1.3.6.1.5.5.7.3.36']
  expect(
    (await verifyText(text, { trust: trustAnchors(root, { allowDevelopment: true, purposes }) })).state,
  ).toBe('valid')
})

test('a signer can be trusted by its own certificate, and only that signer is', async () => {
  const one = await createDevelopmentChain()
  const other = await createDevelopmentChain()
  const leaf = writePem('CERTIFICATE', readPem(one.chain, 'CERTIFICATE')[0] ?? new Uint8Array(0))
  const trust = trustAnchors(leaf, { allowDevelopment: true })
  const sign = async (each: typeof one): Promise<string> =>
    (
      await signText(words, {
        signer: await createC2paSigner({ ...each, allowDevelopment: true }),
        claims: {},
      })
    ).text
  expect((await verifyText(await sign(one), { trust })).state).toBe('trusted')
  expect((await verifyText(await sign(other), { trust })).state).toBe('valid')
})

test('structured text: every status of the standard has its cause', async () => {
  const armour = (inside: string): string =>
    `# -----BEGIN C2PA MANIFEST-----${inside}-----END C2PA MANIFEST-----\nx\n`
  const codeOf = async (text: string): Promise<string> =>
    failures(await verifyText(text, { carrier: 'structured' }))[0] ?? 'none'
  expect(await codeOf('x')).toBe('none')
  expect(await codeOf(armour(' '))).toBe('manifest.structuredText.emptyReference')
  expect(await codeOf(armour(' https://example.com/m.c2pa '))).toBe(
    'manifest.structuredText.noResolutionPath',
  )
  expect(await codeOf(armour(' data:application/c2pa;base64,!! '))).toBe(
    'manifest.structuredText.malformedReference',
  )
  expect(await codeOf(armour(' x ') + armour(' y '))).toBe('manifest.structuredText.multipleReferences')
  expect(await codeOf('-----END C2PA MANIFEST----- -----BEGIN C2PA MANIFEST-----')).toBe(
    'manifest.structuredText.noManifest',
  )
})

test('HTML: two manifests are refused, and one that is kept elsewhere is not there', async () => {
  const script = `<script type="application/c2pa">${toBase64(utf8('x'))}</script>`
  const codeOf = async (html: string): Promise<string> =>
    failures(await verifyText(html, { carrier: 'html' }))[0] ?? 'none'
  expect(await codeOf(script + script)).toBe('manifest.html.multipleManifests')
  expect(await codeOf('<link rel="c2pa-manifest" href="x.c2pa">')).toBe('manifest.inaccessible')
  expect(await codeOf('<script>1</script>')).toBe('none')
})

test('a text longer than allowed is refused unread', async () => {
  expect(failures(await verifyText(words, { maxTextLength: 5 }))).toEqual(['general.error'])
})

test('filling that the signer did not leave out is noticed: nothing unseen can be hung behind a wrapper', async () => {
  const { signer, trust } = await testSigner()
  const { text } = await signText('The cat sat.', { signer, claims: {} })
  for (const filling of ['\uFE00', '\uFE00\uFE00\uFE00', '\u{E01EF}', '\uFE00\u{E01EF}\u{E01EF}']) {
    const { state, failure, content } = await verifyText(text + filling, { trust })
    expect({ state, content, code: failure[0]?.code }).toEqual({
      state: 'invalid',
      content: 'intact',
      code: 'assertion.dataHash.malformed',
    })
  }
})

test('a signer who leaves parts of a text out of the hash is found out, and the words are not called intact', async () => {
  const hash = await digest('sha256', utf8(words.slice(4)))
  const report = await judge(await forge({ contents: { hash }, exclusion: { start: 0, length: 4 } }))
  expect(report).toMatchObject({ state: 'trusted', content: 'unknown' })
  expect(report.summary).toContain('left parts of it out')
  expect(report.informational.map(({ code }) => code)).toEqual([
    'assertion.dataHash.additionalExclusionsPresent',
  ])
})

const free = writeBox('free', utf8('unseen'))
const strange = writeSuperBox('cbor', 'com.example', writeBox('cbor', utf8('a')))
/** The same box with a salt in its description, which its label then ends. */
const salted = (box: Bytes, label: string): Bytes => {
  const at = 8 + 8 + 17
  const description = box.subarray(16, at + label.length + 1).slice()
  description[16] = 0x13
  return writeBox(
    'jumb',
    writeBox('jumd', description, writeBox('c2sh', new Uint8Array(16))),
    box.subarray(at + label.length + 1),
  )
}
const inner = (store: Bytes): Bytes => store.subarray(8 + 8 + 17 + 'c2pa'.length + 1)

test.each([
  [
    'a box that nobody knows beside the manifest',
    (store: Bytes) => writeBox('jumb', store.subarray(8), strange),
  ],
  ['a loose box beside the manifest', (store: Bytes) => writeBox('jumb', store.subarray(8), free)],
  [
    'a box that nobody knows in the manifest',
    (store: Bytes) => writeSuperBox('c2pa', 'c2pa', writeBox('jumb', inner(store).subarray(8), strange)),
  ],
  [
    'a loose box in the manifest',
    (store: Bytes) => writeSuperBox('c2pa', 'c2pa', writeBox('jumb', inner(store).subarray(8), free)),
  ],
  ['a salt in the description of the store', (store: Bytes) => salted(store, 'c2pa')],
])('%s is signed by nobody, and refused', async (_what, change) => {
  expect(failures(await judge(change(await forge())))).toEqual(['general.error'])
})

test('a text that cannot be normalised is not valid, and not said to be altered either: nothing compares it', async () => {
  const { signer, trust } = await testSigner()
  const { text } = await signText(words, { signer, claims: {} })
  const report = await verifyText(`a${'\u0301'.repeat(200)}${text}`, { trust })
  expect(report).toMatchObject({ state: 'invalid', content: 'unknown' })
})
