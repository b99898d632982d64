/** The hard binding (C2PA 2.4 clauses 15.12.1.1 and 15.12.1.3.1): is this the text that was signed, and does the manifest stand where it says? */

import type { Exclusion } from './assertions.ts'
import { type Bytes, concatBytes, equalBytes, fromUtf8, utf8 } from './bytes.ts'
import { asBytes, asCount, asList, asMap, type CborMap } from './cbor.ts'
import { digest } from './digests.ts'
import { isInstanceOf } from './jumbf-uris.ts'
import { hashAlgorithmOf, type LinkedAssertions } from './linked-assertions.ts'
import { normalize } from './normalize.ts'
import type { ReadManifest } from './read-manifest.ts'
import { type Finding, finding } from './status-codes.ts'

/** The asset as its carrier leaves it. */
export interface Asset {
  /** What the hash covers where nothing but the manifest is left out; `undefined` where it cannot be normalised. */
  covered: Bytes | undefined
  /** The places that the manifest may name as its own; none where it is kept elsewhere. */
  places: Exclusion[]
  /** All bytes, the manifest included, for manifests that leave out more; read only then. */
  whole(): Bytes
  /** Whether what is hashed is normalised first (text: clause 9.2.4). */
  normalized: boolean
}

/** Whether the words are those that were signed, whatever became of the manifest around them. */
export type Content = 'intact' | 'altered' | 'unknown'

/** Checks the hard binding of a manifest: the one that its generator states. What it gathered binds something else. */
export async function checkBinding(
  manifest: ReadManifest,
  { gathered }: LinkedAssertions,
  asset: Asset,
): Promise<{ findings: Finding[]; content: Content }> {
  const data = bindingOf(manifest, gathered)
  // Absent, or more than one: the claim's check has said so.
  if (!data)
    return { findings: [finding('claim.hardBindings.missing', 'No hash of a text.')], content: 'unknown' }
  const algorithm = hashAlgorithmOf(data, manifest.claim)
  const expected = asBytes(data.get('hash'))
  const malformed = shapeFault(data)
  if (!algorithm) return { findings: [finding('algorithm.unsupported')], content: 'unknown' }
  if (!expected)
    return { findings: [malformed ?? finding('assertion.dataHash.mismatch')], content: 'unknown' }
  const same = async (bytes: Bytes | undefined): Promise<boolean> =>
    bytes !== undefined && equalBytes(await digest(algorithm, bytes), expected)
  const compared = (await same(asset.covered)) ? 'intact' : 'altered'
  // A text that cannot be normalised cannot be compared.
  const content = asset.covered === undefined ? 'unknown' : compared
  const exclusions = readExclusions(data)
  if (malformed || !exclusions || !asset.covered) {
    return { findings: [malformed ?? finding('assertion.dataHash.malformed')], content }
  }
  if (exclusions.length > (asset.places.length > 0 ? 1 : 0)) {
    return checkMore(exclusions, asset, same)
  }
  const placed = exclusions.length === 0 ? asset.places.length === 0 : isPlace(exclusions[0], asset)
  return {
    findings: [placed ? verdict(content === 'intact') : finding('assertion.dataHash.malformed')],
    content,
  }
}

/** What the one hash of a text says that is stated; `undefined` where there is none, or more. */
function bindingOf({ assertions }: ReadManifest, gathered: string[]): CborMap | undefined {
  const [label = '', ...more] = [...assertions.keys()].filter(
    each => isInstanceOf(each, 'c2pa.hash.data') && !gathered.includes(each),
  )
  return more.length === 0 ? asMap(assertions.get(label)?.data) : undefined
}

const verdict = (same: boolean): Finding =>
  finding(same ? 'assertion.dataHash.match' : 'assertion.dataHash.mismatch')

const isPlace = (exclusion: Exclusion | undefined, { places }: Asset): boolean =>
  places.some(place => place.start === exclusion?.start && place.length === exclusion.length)

/** Clause 18.5.2: the filling is zero. */
function shapeFault(data: CborMap): Finding | undefined {
  const paddings = ['pad', 'pad2'].flatMap(key => (data.has(key) ? [asBytes(data.get(key))] : []))
  const zero = paddings.every(padding => padding?.every(byte => byte === 0))
  const wrong = !zero || (data.has('hash') && !asBytes(data.get('hash')))
  return wrong ? finding('assertion.dataHash.malformed', 'It is not as the standard has it.') : undefined
}

/** The stretches that are left out, in order and apart; `undefined` where they are not. */
function readExclusions(data: CborMap): Exclusion[] | undefined {
  const list = data.has('exclusions') ? asList(data.get('exclusions')) : []
  const exclusions = list?.map(each => ({
    start: asCount(asMap(each)?.get('start')) ?? Number.NaN,
    length: asCount(asMap(each)?.get('length')) ?? Number.NaN,
  }))
  const ordered = exclusions?.every(({ start, length }, index) => {
    const before = exclusions[index - 1]
    return length >= 0 && start >= (before ? before.start + before.length : 0)
  })
  return ordered ? exclusions : undefined
}

/** Clause 15.12.1.1: more is left out than the manifest. It is hashed as it says, and the report says so too. */
async function checkMore(
  exclusions: Exclusion[],
  asset: Asset,
  same: (bytes: Bytes | undefined) => Promise<boolean>,
): Promise<{ findings: Finding[]; content: Content }> {
  const whole = asset.whole()
  const last = exclusions.at(-1)
  const own = asset.places.length === 0 || exclusions.some(each => isPlace(each, asset))
  if (!own || !last || last.start + last.length > whole.length) {
    return { findings: [finding('assertion.dataHash.malformed')], content: 'unknown' }
  }
  const left = keep(whole, exclusions)
  const text = asset.normalized ? fromUtf8(left) : undefined
  const normal = text === undefined ? undefined : normalize(text)
  const covered = asset.normalized ? (normal === undefined ? undefined : utf8(normal)) : left
  const intact = await same(covered)
  const more = finding('assertion.dataHash.additionalExclusionsPresent')
  // Of what is left out nothing says whether it is what it was.
  return {
    findings: [more, verdict(intact)],
    content: intact || covered === undefined ? 'unknown' : 'altered',
  }
}

function keep(whole: Bytes, exclusions: Exclusion[]): Bytes {
  const starts = [0, ...exclusions.map(each => each.start + each.length)]
  const ends = [...exclusions.map(each => each.start), whole.length]
  return concatBytes(...starts.map((start, index) => whole.subarray(start, ends[index])))
}
