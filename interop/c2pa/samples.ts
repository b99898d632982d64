/** What this package signs, in every way and with every algorithm, and what an attacker makes of it. */
import {
  type C2paSigner,
  createC2paSigner,
  createDevelopmentChain,
  createTextSigner,
  type DevelopmentAlgorithm,
  encodeWrapper,
  httpTimestampAuthority,
  signHtml,
  signStructuredText,
  signText,
  stripText,
} from '@streamseal/c2pa'
import { createSealer, createSigner, generateKeys } from '@streamseal/seal'
import { startTimestampServer } from '../../packages/c2pa/src/test/timestamp-server.ts'

/** A signed text. */
export interface Sample {
  name: string
  carrier: 'wrapper' | 'structured' | 'html' | 'stored'
  mime?: string
  text: string
  manifest: Uint8Array
  /** The root that it leads to, in PEM. */
  root: string
}

type Signed = { text: string; manifest: Uint8Array }

const claims = { model: 'demo-1', provider: 'Example', title: 'An answer' }
const words = 'The cat sat on the mat. Größe, 猫, 😀.'

/** Every sample. */
export async function samples(): Promise<Sample[]> {
  const all = await Promise.all((['ES384', 'PS256', 'Ed25519'] as const).map(withAlgorithm))
  return [...all, ...(await withEveryCarrier()), ...(await withTimestamp()), await withSeal()]
}

async function makeSigner(algorithm: DevelopmentAlgorithm): Promise<{ signer: C2paSigner; root: string }> {
  const { privateKey, chain, root } = await createDevelopmentChain({ algorithm })
  return { signer: await createC2paSigner({ privateKey, chain, allowDevelopment: true }), root }
}

async function withAlgorithm(algorithm: DevelopmentAlgorithm): Promise<Sample> {
  const { signer, root } = await makeSigner(algorithm)
  const { text, manifest } = await signText(words, { signer, claims, streamId: '0123456789abcdef' })
  return { name: `wrapper-${algorithm}`, carrier: 'wrapper', text, manifest, root }
}

/** Sealed and signed while it streams, as the gateway does it: our marks, which are selectors too, and the wrapper last. */
async function withSeal(): Promise<Sample> {
  const { signer, root } = await makeSigner('ES256')
  const { privateJwk } = await generateKeys('Ed25519')
  const sealer = createSealer({ signer: await createSigner(privateJwk), claims: { model: 'demo-1' } })
  const stream = createTextSigner({ signer, claims, streamId: sealer.streamId })
  const sent = Array.from({ length: 12 }, () =>
    stream.feed(sealer.feed(`${words} It was warm there. `)),
  ).join('')
  const closing = stream.feed((await sealer.finish()).text)
  const { text: wrapper, manifest } = await stream.finish()
  return { name: 'wrapper-sealed', carrier: 'wrapper', text: sent + closing + wrapper, manifest, root }
}

/** Signed with a time-stamp of an authority on this machine. */
async function withTimestamp(): Promise<Sample[]> {
  const server = await startTimestampServer()
  const { privateKey, chain, root } = await createDevelopmentChain()
  const timestamp = httpTimestampAuthority(server.url, { maxTokenBytes: 2500 })
  const signer = await createC2paSigner({ privateKey, chain, timestamp, allowDevelopment: true })
  const wrapped = await signText(words, { signer, claims })
  const stored = await signText(words, { signer, claims, carrier: 'stored' })
  await server.close()
  return [
    { name: 'wrapper-timestamped', carrier: 'wrapper', ...wrapped, root },
    { name: 'stored-timestamped', carrier: 'stored', ...stored, root },
  ]
}

async function withEveryCarrier(): Promise<Sample[]> {
  const { signer, root } = await makeSigner('ES256')
  const sample = (
    name: string,
    carrier: Sample['carrier'],
    { text, manifest }: Signed,
    mime?: string,
  ): Sample => ({
    name,
    carrier,
    text,
    manifest,
    root,
    ...(mime !== undefined && { mime }),
  })
  const ingredient = (relationship: 'inputTo' | 'parentOf'): object => ({
    ingredients: [{ title: 'What came before', relationship, instanceId: 'fedcba9876543210' }],
  })
  const wrapped = (more: object): Promise<Signed> =>
    signText(words, { signer, claims: { ...claims, ...more } })
  const structured = (text: string, comment: '#' | 'front-matter'): Promise<Signed> =>
    signStructuredText(text, { signer, claims, comment })
  const page = '<!DOCTYPE html><html><head><title>x</title></head><body>Größe</body></html>'
  return [
    sample(
      'wrapper-ES256',
      'wrapper',
      await signText(words, { signer, claims, streamId: '0123456789abcdef' }),
    ),
    sample('wrapper-bare', 'wrapper', await signText(words, { signer, claims: {} })),
    sample('wrapper-empty', 'wrapper', await signText('', { signer, claims })),
    sample('wrapper-streamed', 'wrapper', await streamed('Cafe\u0301 de\u0301ja\u0300 vu.', signer)),
    sample('wrapper-ingredient', 'wrapper', await wrapped(ingredient('inputTo'))),
    sample('wrapper-edited', 'wrapper', await wrapped(ingredient('parentOf'))),
    sample('stored', 'stored', await signText(words, { signer, claims, carrier: 'stored' })),
    sample('structured', 'structured', await structured('print("Größe")\n', '#'), 'text/x-python'),
    sample('structured-end', 'structured', await structured('#!/bin/sh\necho hi\n', '#'), 'text/x-python'),
    sample(
      'front-matter',
      'structured',
      await structured('---\ntitle: x\n---\n# Hi\n', 'front-matter'),
      'text/markdown',
    ),
    sample('html', 'html', await signHtml(page, { signer, claims }), 'text/html'),
  ]
}

async function streamed(text: string, signer: C2paSigner): Promise<Signed> {
  const stream = createTextSigner({ signer, claims })
  const sent = stream.feed(text)
  const { text: wrapper, manifest } = await stream.finish()
  return { text: sent + wrapper, manifest }
}

/** What an attacker makes of a wrapped sample: other words, more words, other bytes in the manifest. */
export function tampered(sample: Sample): Sample[] {
  const bare = stripText(sample.text)
  const wrapper = sample.text.slice(bare.length)
  const flipped = (part: string): string => {
    const manifest = new Uint8Array(sample.manifest)
    const at = String.fromCharCode(...manifest).indexOf(part)
    manifest[at] = (manifest[at] ?? 0) ^ 1
    return bare + encodeWrapper(manifest)
  }
  const variants = {
    letter: sample.text.replace('cat', 'dog'),
    before: `No. ${sample.text}`,
    after: `${sample.text} No.`,
    twice: sample.text + wrapper,
    moved: wrapper + bare,
    claim: flipped('xmp:iid:'),
    assertion: flipped('trainedAlgorithmicMedia'),
    certificate: flipped('Development signer'),
  }
  return Object.entries(variants).map(([name, text]) => ({ ...sample, name: `${sample.name}-${name}`, text }))
}
