/** Manifests inside manifests for tests: each signed, each named by the next one's ingredient assertion. */
import type { AssertionBox } from '../assertions.ts'
import { type Bytes, utf8 } from '../bytes.ts'
import type { C2paSigner } from '../c2pa-signer.ts'
import { decodeCbor, encodeCbor } from '../cbor.ts'
import { noPadding, protectedHeader, toBeSigned, writeCose } from '../cose.ts'
import { digest } from '../digests.ts'
import { readSuperBox, type SuperBox, writeBox, writeSuperBox } from '../jumbf.ts'
import { fixedAssertions, type ManifestContents, manifestStore, unsignedManifest } from '../write-manifest.ts'

/** A signed manifest: its superbox, and the same as it reads. */
export interface SignedBox {
  label: string
  bytes: Bytes
  box: SuperBox
}

const limits = { maxDepth: 8, maxBoxes: 4096 }

/** The label of the manifest of this number. */
export const labelOf = (number: number): string =>
  `urn:c2pa:00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** Signs a manifest over `words` with these assertions besides the usual ones, and what `alter` makes of its claim. */
export async function signBox(
  signer: C2paSigner,
  number: number,
  words: string,
  more: AssertionBox[] = [],
  alter: (claim: Map<unknown, unknown>) => void = () => undefined,
): Promise<SignedBox> {
  const contents: ManifestContents = {
    claims: { model: `model-${number}` },
    custom: [],
    format: 'text/plain',
    hash: await digest('sha256', utf8(words)),
    when: '2026-08-02T00:00:00Z',
    label: labelOf(number),
    instanceId: `xmp:iid:${number}`,
  }
  const unsigned = await unsignedManifest(contents, [...(await fixedAssertions(contents)), ...more])
  const claim = decodeCbor(unsigned.claim) as Map<unknown, unknown>
  alter(claim)
  const claimBytes = encodeCbor(claim)
  const header = protectedHeader(-7, signer.chain)
  const signature = await signer.sign(toBeSigned(header, claimBytes))
  const cose = writeCose(header, signature, noPadding)
  return readBox(manifestStore({ ...unsigned, claim: claimBytes }, cose), contents.label)
}

/** The last manifest of a store. */
function readBox(store: Bytes, label: string): SignedBox {
  const box = readSuperBox(store, limits).boxes.at(-1)
  if (!box) throw new Error('There is no manifest in the store')
  return { label, bytes: writeBox('jumb', box.payload), box }
}

/** What an ingredient assertion says of a manifest. */
export async function referencesTo({ label, box }: SignedBox): Promise<Record<string, unknown>> {
  const signature = box.boxes.find(each => each.label === 'c2pa.signature')
  return {
    activeManifest: { url: `self#jumbf=/c2pa/${label}`, hash: await digest('sha256', box.payload) },
    claimSignature: {
      url: `self#jumbf=/c2pa/${label}/c2pa.signature`,
      hash: await digest('sha256', signature?.payload ?? new Uint8Array(0)),
    },
    validationResults: { activeManifest: { success: [], informational: [], failure: [] } },
  }
}

/** An ingredient assertion that says what `data` holds. */
export function ingredientBox(data: Record<string, unknown>, index = 0): AssertionBox {
  const label = index === 0 ? 'c2pa.ingredient.v3' : `c2pa.ingredient.v3__${index}`
  const contents = encodeCbor({ 'dc:title': 'What came before', relationship: 'inputTo', ...data })
  return { label, box: writeSuperBox('cbor', label, writeBox('cbor', contents)) }
}

/** A store of these manifests, the active one last. */
export const storeOf = (...manifests: SignedBox[]): Bytes =>
  writeSuperBox('c2pa', 'c2pa', ...manifests.map(each => each.bytes))
