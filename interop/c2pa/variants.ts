/** Signed texts that do something unusual, each in one way: where readers differ in strictness, they differ here. */
import { type C2paSigner, createC2paSigner, createDevelopmentChain, encodeWrapper } from '@streamseal/c2pa'
import { type AssertionBox, type Exclusion, hashedUri } from '../../packages/c2pa/src/assertions.ts'
import { type Bytes, concatBytes, fromHex, uint32, utf8 } from '../../packages/c2pa/src/bytes.ts'
import { decodeCbor, encodeCbor, tagged } from '../../packages/c2pa/src/cbor.ts'
import { noPadding, protectedHeader, toBeSigned, writeCose } from '../../packages/c2pa/src/cose.ts'
import { digest } from '../../packages/c2pa/src/digests.ts'
import { writeBox, writeSuperBox } from '../../packages/c2pa/src/jumbf.ts'
import {
  fixedAssertions,
  type ManifestContents,
  manifestStore,
  type UnsignedManifest,
  unsignedManifest,
} from '../../packages/c2pa/src/write-manifest.ts'
import type { Sample } from './samples.ts'

const words = 'The cat sat on the mat. Größe, 猫, 😀.'
type Claim = Map<unknown, unknown>

/** What one variant does otherwise than an honest writer. */
interface Change {
  /** More assertions, named by the claim. */
  more?: AssertionBox[]
  claim?: (claim: Claim) => void
  /** The claim's bytes, where CBOR is to be written in another way. */
  claimBytes?: (claim: Bytes) => Bytes
  unsigned?: (unsigned: UnsignedManifest) => UnsignedManifest
  cose?: (header: Bytes, signature: Bytes, chain: readonly Bytes[], claim: Bytes) => Bytes
  header?: (chain: readonly Bytes[]) => Bytes
  store?: (store: Bytes) => Bytes
  /** What stands behind the wrapper. */
  behind?: string
  /** What stands behind the wrapper and is left out of the hash. */
  filling?: string
  /** What the hash leaves out at the start of the text, in bytes. */
  leftOut?: number
  hashData?: (data: Map<unknown, unknown>) => void
}

const cbor = (label: string, bytes: Bytes): AssertionBox => ({
  label,
  box: writeSuperBox('cbor', label, writeBox('cbor', bytes)),
})
const data = (label: string, value: unknown): AssertionBox => cbor(label, encodeCbor(value))
const json = (label: string, text: string): AssertionBox => ({
  label,
  box: writeSuperBox('json', label, writeBox('json', utf8(text))),
})

/** Moves an assertion from what the generator states to what it gathered. */
const gather = (label: string) => (claim: Claim) => {
  const links = claim.get('created_assertions') as Claim[]
  const is = (link: Claim): boolean => String(link.get('url')).endsWith(label)
  claim.set(
    'created_assertions',
    links.filter(link => !is(link)),
  )
  claim.set('gathered_assertions', links.filter(is))
}

const replace = (bytes: Bytes, from: Uint8Array, to: Uint8Array): Bytes => {
  const at = Buffer.from(bytes).indexOf(from)
  if (at < 0) throw new Error('There is nothing to replace')
  return concatBytes(bytes.subarray(0, at), to, bytes.subarray(at + from.length))
}

const location = { url: 'https://example.com/x', alg: 'sha256', hash: new Uint8Array(32) }
const note = data('com.example.note', { x: 1 })
const component = data('c2pa.ingredient.v3', { relationship: 'componentOf' })

/** An action that names something, as it is or with something changed in the reference. */
async function acting(
  action: string,
  parameter: string,
  named: AssertionBox,
  alter: object = {},
): Promise<Change> {
  const parameters = { [parameter]: [{ ...(await hashedUri(named)), ...alter }] }
  return { more: [named, data('c2pa.actions.v2__1', { actions: [{ action, parameters }] })] }
}

const otherHash = { hash: new Uint8Array(32) }

const changes = async (): Promise<Record<string, Change>> => ({
  honest: {},
  'mark of byte order before the text': {},
  ...(await assertionChanges()),
  ...encodingChanges,
  ...claimChanges,
  ...signatureChanges,
  ...boxChanges,
  ...placeChanges,
})

/** What stands among the assertions. */
async function assertionChanges(): Promise<Record<string, Change>> {
  return {
    'ingredient without a manifest': await acting('c2pa.placed', 'ingredients', component),
    'ingredient named with another hash': await acting('c2pa.placed', 'ingredients', component, otherHash),
    'related assertion': await acting('c2pa.edited', 'relatedAssertions', note),
    'related assertion with another hash': await acting('c2pa.edited', 'relatedAssertions', note, otherHash),
    'assertion of time-stamps': { more: [data('c2pa.time-stamp', { 'urn:c2pa:x': new Uint8Array(3) })] },
    'session keys': { more: [data('c2pa.session-keys', { keys: [] })] },
    'cloud data': { more: [data('c2pa.cloud-data', { label: 'com.example.x', size: 3, location })] },
    'cloud data for actions': {
      more: [data('c2pa.cloud-data', { label: 'c2pa.actions', size: 3, location })],
    },
    'external reference, created': { more: [data('c2pa.external-reference', { location })] },
    'external reference, gathered': {
      more: [data('c2pa.external-reference', { location })],
      claim: gather('c2pa.external-reference'),
    },
    'actions, gathered': { claim: gather('c2pa.actions.v2') },
    'metadata with a key twice': { more: [json('com.example.metadata', '{"a":1,"a":2}')] },
    'metadata that is no JSON': { more: [json('com.example.metadata', '{')] },
  }
}

/** How CBOR is written. */
const encodingChanges: Record<string, Change> = {
  'assertion with a number in a longer form': {
    more: [cbor('com.example.long', fromHex('a16178190001'))],
  },
  'assertion with keys out of order': { more: [cbor('com.example.order', fromHex('a2616201616101'))] },
  'assertion of indefinite length': { more: [cbor('com.example.open', fromHex('bf616101ff'))] },
  'assertion with a key twice': { more: [cbor('com.example.twice', fromHex('a2616101616102'))] },
  'assertion with bytes behind it': { more: [cbor('com.example.more', fromHex('a161610100'))] },
  'claim with a number in a longer form': {
    claimBytes: claim => replace(claim, fromHex('66736861323536'), fromHex('7806736861323536')),
  },
}

/** What the claim and the hash say. */
const claimChanges: Record<string, Change> = {
  'icon elsewhere': {
    claim: claim => claim.set('claim_generator_info', { name: 'x', icon: location }),
  },
  'icon that is nowhere': {
    claim: claim =>
      claim.set('claim_generator_info', {
        name: 'x',
        icon: { url: 'self#jumbf=c2pa.assertions/none', hash: new Uint8Array(32) },
      }),
  },
  'generator as a list': { claim: claim => claim.set('claim_generator_info', [{ name: 'x' }]) },
  'no instance': { claim: claim => claim.delete('instanceID') },
  'no algorithm': { claim: claim => claim.delete('alg') },
  'assertion named twice': {
    claim: claim => {
      const links = claim.get('created_assertions') as Claim[]
      claim.set('created_assertions', [...links, links[0]])
    },
  },
  'signature elsewhere': { claim: claim => claim.set('signature', 'self#jumbf=/c2pa/x/c2pa.signature') },
  'filling of the hash that is not zero': { hashData: map => map.set('pad', Uint8Array.of(1)) },
  'hash without its filling': { hashData: map => map.delete('pad') },
  'part of the text left out': { leftOut: 4 },
}

/** How the claim is signed. */
const signatureChanges: Record<string, Change> = {
  'certificates unprotected': {
    header: () => encodeCbor(new Map([[1, -7]])),
    cose: (header, signature, chain) =>
      encodeCbor(tagged(18, [header, new Map([[33, chain]]), null, signature])),
  },
  'certificates under the older name': {
    header: chain =>
      encodeCbor(
        new Map<unknown, unknown>([
          [1, -7],
          ['x5chain', chain],
        ]),
      ),
  },
  'unprotected header of one’s own': {
    cose: (header, signature) => encodeCbor(tagged(18, [header, { note: 'x' }, null, signature])),
  },
  'filling of the signature that is not zero': {
    cose: (header, signature) => encodeCbor(tagged(18, [header, { pad: Uint8Array.of(1) }, null, signature])),
  },
  'signature untagged': { cose: (header, signature) => encodeCbor([header, {}, null, signature]) },
  'claim inside the signature': {
    cose: (header, signature, _chain, claim) => encodeCbor(tagged(18, [header, {}, claim, signature])),
  },
  'critical header that nobody knows': {
    header: chain =>
      encodeCbor(
        new Map<unknown, unknown>([
          [1, -7],
          [2, ['note']],
          [33, chain],
          ['note', 1],
        ]),
      ),
  },
  'protected header of one’s own': {
    header: chain =>
      encodeCbor(
        new Map<unknown, unknown>([
          [1, -7],
          [33, chain],
          ['note', 1],
        ]),
      ),
  },
  'leaf alone in a list': {
    header: ([leaf]) =>
      encodeCbor(
        new Map<unknown, unknown>([
          [1, -7],
          [33, [leaf]],
        ]),
      ),
  },
  'certificates in the wrong order': {
    header: ([leaf, issuer]) =>
      encodeCbor(
        new Map<unknown, unknown>([
          [1, -7],
          [33, [issuer, leaf]],
        ]),
      ),
  },
  'leaf twice': {
    header: ([leaf]) =>
      encodeCbor(
        new Map<unknown, unknown>([
          [1, -7],
          [33, [leaf, leaf]],
        ]),
      ),
  },
}

/** How boxes are put together. */
const boxChanges: Record<string, Change> = {
  'bytes behind the store': { store: store => concatBytes(store, new Uint8Array(4)) },
  'box of 64-bit length': {
    store: store =>
      concatBytes(uint32(1), utf8('jumb'), uint32(0), uint32(store.length + 8), store.subarray(8)),
  },
  'box of open length': { store: store => concatBytes(uint32(0), store.subarray(4)) },
  'manifest of the older kind': { store: store => replace(store, utf8('c2ma'), utf8('c2md')) },
  'update manifest': { store: store => replace(store, utf8('c2ma'), utf8('c2um')) },
  'box that nobody knows': {
    unsigned: unsigned => ({
      ...unsigned,
      assertions: concatBytes(
        unsigned.assertions,
        writeSuperBox('cbor', 'com.example', writeBox('cbor', utf8('a'))),
      ),
    }),
  },
  'assertion that is not named': {
    unsigned: unsigned => ({
      ...unsigned,
      assertions: writeBox('jumb', concatBytes(unsigned.assertions.subarray(8), note.box)),
    }),
  },
}

/** Where the wrapper stands. */
const placeChanges: Record<string, Change> = {
  'letters behind the wrapper': { behind: ' The end.' },
  'another’s selector behind the wrapper': { behind: '\uFE0F' },
  'filling that is not left out': { behind: '\uFE00\u{E01EF}' },
  'filling that is left out': { filling: '\uFE00\u{E01EF}' },
}

/** Every variant, as a text with a wrapper. */
export async function variants(): Promise<Sample[]> {
  const { privateKey, chain, root } = await createDevelopmentChain()
  const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
  const made: Sample[] = []
  for (const [name, change] of Object.entries(await changes())) {
    const text = name === 'mark of byte order before the text' ? `\uFEFF${words}` : words
    made.push({ name, carrier: 'wrapper', ...(await sign(text, signer, change)), root })
  }
  return made
}

/** Signs until the wrapper has the size that its hash names: every signature has another one. */
async function sign(
  text: string,
  signer: C2paSigner,
  change: Change,
): Promise<{ text: string; manifest: Uint8Array }> {
  const { behind = '', filling = '', leftOut = 0 } = change
  const start = utf8(text).length
  let length = 10_000
  for (let attempt = 0; attempt < 1000; attempt++) {
    const manifest = await signedStore(text + behind, signer, change, { start, length }, leftOut)
    const wrapper = encodeWrapper(manifest) + filling
    const needed = utf8(wrapper).length
    if (needed === length) return { text: text + wrapper + behind, manifest }
    length = needed
  }
  throw new Error('No signature had the size that was named')
}

async function signedStore(
  text: string,
  signer: C2paSigner,
  change: Change,
  exclusion: Exclusion,
  leftOut: number,
): Promise<Bytes> {
  const contents: ManifestContents = {
    claims: { model: 'demo' },
    custom: [],
    format: 'text/plain',
    hash: await digest('sha256', utf8(text.normalize('NFC')).subarray(leftOut)),
    when: '2026-08-02T00:00:00Z',
    label: 'urn:c2pa:00000000-0000-4000-8000-000000000000',
    instanceId: 'xmp:iid:1',
  }
  const own = await withHashData(contents, change, exclusion, leftOut)
  const claim = decodeCbor(own.claim) as Claim
  change.claim?.(claim)
  const encoded = encodeCbor(claim)
  const changed = { ...own, claim: change.claimBytes?.(encoded) ?? encoded }
  const unsigned = change.unsigned?.(changed) ?? changed
  const header = change.header?.(signer.chain) ?? protectedHeader(-7, signer.chain)
  const signature = await signer.sign(toBeSigned(header, unsigned.claim))
  const cose =
    change.cose?.(header, signature, signer.chain, unsigned.claim) ?? writeCose(header, signature, noPadding)
  const store = manifestStore(unsigned, cose)
  return change.store?.(store) ?? store
}

/** The manifest with a hash assertion of the variant's own making. */
async function withHashData(
  contents: ManifestContents,
  change: Change,
  exclusion: Exclusion,
  leftOut: number,
): Promise<UnsignedManifest> {
  const fixed = [...(await fixedAssertions(contents)), ...(change.more ?? [])]
  if (!change.hashData && leftOut === 0) return unsignedManifest(contents, fixed, exclusion)
  const map = new Map<unknown, unknown>([
    ['alg', 'sha256'],
    ['hash', contents.hash],
    ['exclusions', [...(leftOut > 0 ? [{ start: 0, length: leftOut }] : []), exclusion]],
    ['pad', new Uint8Array(0)],
  ])
  change.hashData?.(map)
  const all = [...fixed, data('c2pa.hash.data', map)]
  const usual = await unsignedManifest(contents, fixed, exclusion)
  const claim = decodeCbor(usual.claim) as Claim
  claim.set('created_assertions', await Promise.all(all.map(hashedUri)))
  return {
    ...usual,
    claim: encodeCbor(claim),
    assertions: writeSuperBox('c2as', 'c2pa.assertions', ...all.map(each => each.box)),
  }
}
