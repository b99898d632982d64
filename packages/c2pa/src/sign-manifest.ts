/**
 * Signs a manifest that must know how much room its carrier takes. The hard binding names that room, the signature covers
 * the hard binding, and the room depends on the signature's own bytes; so room is reserved for the worst signature, the
 * signer is asked once, and zero bytes in the header that is not signed (clause 10.4.2) fill what is left.
 */
import type { Exclusion } from './assertions.ts'
import type { Bytes } from './bytes.ts'
import { C2paError } from './c2pa-error.ts'
import type { C2paSigner } from './c2pa-signer.ts'
import { noPadding, type Padding, protectedHeader, stampedBytes, toBeSigned, writeCose } from './cose.ts'
import { digest } from './digests.ts'
import { signatureAlgorithms } from './signature-algorithms.ts'
import {
  fixedAssertions,
  type ManifestContents,
  manifestStore,
  type UnsignedManifest,
  unsignedManifest,
} from './write-manifest.ts'

/** How a manifest store is carried: where it starts, in bytes of the asset, and how many bytes a store takes there. */
export interface Carrier {
  start: number
  size(store: Bytes): number
  /** Room to keep besides, so that every remainder can be filled; 0 where a store's length alone decides its size. */
  spareBytes: number
}

const MAX_ATTEMPTS = 64
const MAX_ESTIMATES = 100
/** How much more than needed may be reserved where the size depends on bytes that nobody knows yet. */
const SLACK_BYTES = 12
/** Room for padding in Base64, where a token may turn out shorter than was feared. */
const TOKEN_SPARE_BYTES = 16
const MAX_ZEROS = 0x10000
/** The longest byte string whose head is one byte. */
const SHORT = 23

/** A manifest that its carrier will leave out, signed; without a carrier, one that is kept beside the text. */
export async function signManifest(
  contents: ManifestContents,
  signer: C2paSigner,
  carrier?: Carrier,
): Promise<Bytes> {
  const fixed = await fixedAssertions(contents)
  if (!carrier) {
    const manifest = await unsignedManifest(contents, fixed)
    const signed = await signClaim(manifest, signer)
    return manifestStore(manifest, signed.cose(noPadding))
  }
  const prepare = (exclusion: Exclusion): Promise<UnsignedManifest> =>
    unsignedManifest(contents, fixed, exclusion)
  let extra = 0
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++, extra += 4) {
    const { manifest, length } = await reserve(prepare, signer, carrier, extra)
    if (!willFit(manifest, length, signer, carrier)) continue
    const signed = await signClaim(manifest, signer)
    const store = fill(padding => manifestStore(manifest, signed.cose(padding)), carrier, length)
    if (store) return store
  }
  throw new C2paError('Cannot bring the manifest to the size that its hard binding names', {
    code: 'MANIFEST_TOO_LARGE',
  })
}

/** Finds a length that holds the manifest whatever its signature will be, and the manifest that names it. */
async function reserve(
  prepare: (exclusion: Exclusion) => Promise<UnsignedManifest>,
  signer: C2paSigner,
  carrier: Carrier,
  extra: number,
): Promise<{ manifest: UnsignedManifest; length: number }> {
  const { start, spareBytes } = carrier
  const widest = worstCose(signer)
  const slack = spareBytes > 0 ? SLACK_BYTES : 0
  const spare = extra + (spareBytes || (signer.timestamp ? TOKEN_SPARE_BYTES : 0))
  let length = 0
  for (let estimate = 0; estimate < MAX_ESTIMATES; estimate++) {
    const manifest = await prepare({ start, length })
    const needed = carrier.size(manifestStore(manifest, widest)) + spare
    // Naming another length changes the bytes of two hashes, and so the room they take: go on until it is just enough.
    if (length >= needed && length <= needed + slack) return { manifest, length }
    length = needed + slack / 3
  }
  throw new C2paError('Cannot find room for the manifest', { code: 'MANIFEST_TOO_LARGE' })
}

/**
 * Whether padding will reach the length, however many bytes of the signature turn out to be small ones, which take a byte
 * less: one in sixteen is, and three standard deviations either way are tried. So the signer is asked once.
 */
function willFit(manifest: UnsignedManifest, length: number, signer: C2paSigner, carrier: Carrier): boolean {
  if (carrier.spareBytes === 0 || signer.timestamp) return true
  const header = headerOf(signer)
  const usual = signer.signatureBytes / 16
  const spread = 3 * Math.sqrt((usual * 15) / 16)
  for (let small = Math.max(0, Math.floor(usual - spread)); small <= usual + spread; small++) {
    const signature = new Uint8Array(signer.signatureBytes).fill(0xff, small)
    const build = (padding: Padding): Bytes => manifestStore(manifest, writeCose(header, signature, padding))
    if (!fill(build, carrier, length)) return false
  }
  return true
}

/** A claim signature whose every byte takes the most room, with the longest token. */
function worstCose(signer: C2paSigner): Bytes {
  const full = (length: number): Bytes => new Uint8Array(length).fill(0xff)
  const token = signer.timestamp && full(signer.timestamp.maxTokenBytes)
  return writeCose(headerOf(signer), full(signer.signatureBytes), noPadding, token)
}

function headerOf({ algorithm, chain }: C2paSigner): Bytes {
  const row = signatureAlgorithms.find(each => each.name === algorithm)
  if (!row) throw new C2paError(`Cannot sign with the algorithm "${algorithm}"`, { code: 'INVALID_KEY' })
  return protectedHeader(row.coseId, chain)
}

async function signClaim(
  manifest: UnsignedManifest,
  signer: C2paSigner,
): Promise<{ cose(padding: Padding): Bytes }> {
  const header = headerOf(signer)
  const signature = await askSigner(signer, toBeSigned(header, manifest.claim))
  const token = await signer.timestamp?.stamp(await digest('sha256', stampedBytes(header, signature)))
  if (token && token.length > (signer.timestamp?.maxTokenBytes ?? 0)) {
    throw new C2paError(`Cannot use a time-stamp token of ${token.length} bytes: no room was kept for it`, {
      code: 'TIMESTAMP_FAILED',
    })
  }
  return { cose: padding => writeCose(header, signature, padding, token) }
}

async function askSigner(signer: C2paSigner, data: Bytes): Promise<Bytes> {
  const signature = await signer.sign(data).catch((cause: unknown) => {
    throw new C2paError('Cannot sign the claim: the signer failed', { code: 'SIGNER_FAILED', cause })
  })
  if (signature.length !== signer.signatureBytes) {
    const message = `Cannot use a signature of ${signature.length} bytes instead of ${signer.signatureBytes}`
    throw new C2paError(message, { code: 'SIGNER_FAILED' })
  }
  return signature
}

/**
 * Finds zero bytes that bring the carrier to exactly `length`. In a wrapper each takes three UTF-8 bytes, so the fields'
 * own bytes must leave the right remainder by three: 24 for "pad" alone from 24 zeros on, 28 for "pad2" alone, 44 for
 * both while they are short. `undefined` where none fits, which the last may when the signature left much room.
 */
function fill(build: (padding: Padding) => Bytes, carrier: Carrier, length: number): Bytes | undefined {
  const missing = (store: Bytes): number => length - carrier.size(store)
  const bare = build(noPadding)
  if (missing(bare) === 0) return bare
  return (
    fillWith(zeros => build({ pad: zeros, pad2: -1 }), missing, MAX_ZEROS) ??
    fillWith(zeros => build({ pad: -1, pad2: zeros }), missing, MAX_ZEROS) ??
    fillWith(
      zeros => build({ pad: Math.min(zeros, SHORT), pad2: Math.max(zeros - SHORT, 0) }),
      missing,
      2 * SHORT,
    )
  )
}

/** Steps towards the wanted size; a zero byte takes four bytes of the carrier at most, and 24 stand for the fields' heads. */
function fillWith(
  build: (zeros: number) => Bytes,
  missing: (store: Bytes) => number,
  most: number,
): Bytes | undefined {
  let zeros = 0
  while (zeros <= most) {
    const store = build(zeros)
    const left = missing(store)
    if (left === 0) return store
    if (left < 0) return undefined
    zeros += Math.max(1, Math.floor((left - 24) / 4))
  }
  return undefined
}
