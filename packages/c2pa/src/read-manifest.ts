/** A manifest store taken apart (C2PA 2.4 clauses 11.1 and 15.5–15.6), within bounds; nothing in it is believed yet. */
import { type Bytes, fromUtf8 } from './bytes.ts'
import { asMap, type CborMap, decodeCbor } from './cbor.ts'
import { JumbfError, readSuperBox, type SuperBox } from './jumbf.ts'
import { isInstanceOf } from './jumbf-uris.ts'
import { type Finding, finding, type StatusCode } from './status-codes.ts'

const MAX_DEPTH = 8
const MAX_BOXES = 4096

/** An assertion as it was read: `data` is CBOR's values, or JSON's for a JSON box; `undefined` for other contents. */
export interface ReadAssertion {
  label: string
  box: SuperBox
  data: unknown
  /** Why its contents cannot be read, if they cannot. */
  fault?: Finding
}

/** One manifest of a store. */
export interface ReadManifest {
  label: string
  /** `c2ma` for a standard manifest, `c2um` for one that only adds to another; its box's type otherwise. */
  kind: string
  claim: CborMap
  claimBytes: Bytes
  signature: Bytes
  assertions: ReadonlyMap<string, ReadAssertion>
  /** Every manifest of the store, by label. */
  manifests: ReadonlyMap<string, SuperBox>
}

/** Why a store could not be taken apart. */
class UnreadableManifest extends Error {
  override readonly name = 'UnreadableManifest'
  readonly code: StatusCode

  constructor(code: StatusCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Reads the last manifest of a store (clause 15.5.1), or says why it cannot. Never throws. */
export const readManifest = (store: Bytes): ReadManifest | Finding =>
  orFinding(() => readStore(readSuperBox(store, { maxDepth: MAX_DEPTH, maxBoxes: MAX_BOXES })))

/** Reads another manifest of a store, or says why it cannot. Never throws. */
export const readOther = (
  manifest: SuperBox,
  manifests: ReadonlyMap<string, SuperBox>,
): ReadManifest | Finding => orFinding(() => ({ ...readParts(manifest), manifests }))

function orFinding(read: () => ReadManifest): ReadManifest | Finding {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnreadableManifest) return finding(error.code, `${error.message}.`)
    if (error instanceof JumbfError) return finding('general.error', `${error.message}.`)
    throw error
  }
}

/** Whether `readManifest` answered with a manifest. */
export const isManifest = (read: ReadManifest | Finding): read is ReadManifest => 'claim' in read

const manifestKinds = ['c2ma', 'c2md', 'c2um', 'c2cm', 'c2tm']
/** Assertions, claim and signature. */
const partKinds = ['c2as', 'c2cl', 'c2cs']

function readStore(store: SuperBox): ReadManifest {
  if (store.kind !== 'c2pa' || store.label !== 'c2pa') fail('general.error', 'It is no manifest store')
  const all = store.boxes.filter(box => manifestKinds.includes(box.kind))
  const manifests = byLabel(all, 'general.error')
  const active = all.at(-1)
  if (!active) return fail('claim.missing', 'The store holds no manifest')
  if (active.kind !== 'c2ma' && active.kind !== 'c2md') {
    fail('general.error', `Manifests of the kind "${active.kind}" are not used for text`)
  }
  refuseUnsigned(store, active)
  return { ...readParts(active), manifests }
}

/** Nothing signs what stands beside the boxes that are known: someone else could have put it there. */
function refuseUnsigned(store: SuperBox, active: SuperBox): void {
  const strange = [
    ...store.boxes.filter(box => !manifestKinds.includes(box.kind)),
    ...active.boxes.filter(box => !partKinds.includes(box.kind)),
  ]
  const frames = [store, active, ...active.boxes]
  const loose = [store, active, ...active.boxes.filter(box => box.kind === 'c2as')].some(
    ({ contents }) => contents.length > 0,
  )
  if (strange.length > 0 || loose || frames.some(({ isSalted }) => isSalted))
    fail('general.error', 'It holds something that nothing signs')
}

function readParts(manifest: SuperBox): Omit<ReadManifest, 'manifests'> {
  const parts = (kind: string, label: string): SuperBox[] =>
    manifest.boxes.filter(box => box.kind === kind && box.label === label)
  const [claimBox, secondClaim] = parts('c2cl', 'c2pa.claim.v2')
  const [signatureBox, secondSignature] = parts('c2cs', 'c2pa.signature')
  const [assertionBox, secondAssertions] = parts('c2as', 'c2pa.assertions')
  if (!claimBox) return fail('claim.missing', 'It has no claim of version 2')
  if (secondClaim || manifest.boxes.some(box => box.kind === 'c2cl' && box !== claimBox)) {
    fail('claim.multiple', 'Only one may be there')
  }
  if (!signatureBox || secondSignature) return fail('claimSignature.missing', 'It has no signature, or two')
  if (secondAssertions) fail('general.error', 'It has two stores of assertions')
  const claimBytes = onlyCbor(claimBox) ?? fail('claim.cbor.invalid', 'It is not one CBOR box')
  const claim = asMap(decodeOr(claimBytes, 'claim.cbor.invalid'))
  return {
    label: manifest.label,
    kind: manifest.kind,
    claim: claim ?? fail('claim.malformed', 'It is no map'),
    claimBytes,
    signature: onlyCbor(signatureBox) ?? fail('claimSignature.missing', 'It is not one CBOR box'),
    assertions: readAssertions(assertionBox?.boxes ?? []),
  }
}

function byLabel(boxes: SuperBox[], code: StatusCode): Map<string, SuperBox> {
  const map = new Map(boxes.map(box => [box.label, box]))
  if (map.size < boxes.length) fail(code, 'Two boxes have the same label')
  return map
}

/** The contents of a box that holds one CBOR box and nothing else. */
const onlyCbor = (box: SuperBox): Bytes | undefined =>
  box.contents.length === 1 && box.boxes.length === 0 && box.contents[0]?.type === 'cbor'
    ? box.contents[0].payload
    : undefined

function readAssertions(boxes: SuperBox[]): Map<string, ReadAssertion> {
  // Clause 8.4.1: a label that names two boxes names none.
  byLabel(boxes, 'assertion.missing')
  return new Map(boxes.map(box => [box.label, readAssertionBox(box)]))
}

/** An assertion as it stands in its box. */
export const readAssertionBox = (box: SuperBox): ReadAssertion => ({
  label: box.label,
  box,
  ...readOrFault(box),
})

function readOrFault(box: SuperBox): { data: unknown; fault?: Finding } {
  try {
    return { data: readAssertion(box) }
  } catch (error) {
    if (error instanceof UnreadableManifest)
      return { data: undefined, fault: finding(error.code, `${error.message}.`) }
    throw error
  }
}

function readAssertion(box: SuperBox): unknown {
  if (isJson(box)) return readJson(box)
  const cbor = box.contents.filter(content => content.type === 'cbor')
  if (cbor.length > 1) fail('assertion.cbor.invalid', `"${box.label}" holds ${cbor.length} of them`)
  return cbor[0] && decodeOr(cbor[0].payload, 'assertion.cbor.invalid')
}

const isJson = ({ kind, label }: SuperBox): boolean =>
  kind === 'json' || label.endsWith('.metadata') || isInstanceOf(label, 'c2pa.metadata')

function readJson(box: SuperBox): unknown {
  const [content, ...more] = box.contents
  const text = content?.type === 'json' && more.length === 0 ? fromUtf8(content.payload) : undefined
  try {
    return JSON.parse(text ?? '')
  } catch {
    return fail('assertion.json.invalid', `"${box.label}" is no JSON`)
  }
}

function decodeOr(bytes: Bytes, code: StatusCode): unknown {
  try {
    return decodeCbor(bytes)
  } catch {
    return fail(code, 'It is no CBOR that can be read in one way only')
  }
}

function fail(code: StatusCode, message: string): never {
  throw new UnreadableManifest(code, message)
}
