/** A manifest store with one manifest (C2PA 2.4 clause 11): assertions, claim, signature. */
import {
  type ActionContext,
  type AssertionBox,
  actionsAssertion,
  customAssertion,
  disclosureAssertions,
  type Exclusion,
  hashDataAssertion,
  hashedUri,
  ingredientAssertion,
  metadataAssertion,
  softBindingAssertion,
} from './assertions.ts'
import type { Bytes } from './bytes.ts'
import { encodeCbor } from './cbor.ts'
import type { C2paClaims, CustomAssertion } from './claims.ts'
import { writeBox, writeSuperBox } from './jumbf.ts'
import { signatureUri } from './jumbf-uris.ts'

/** The version of the specification that our claims follow (clause 10.2.3.2). */
const SPEC_VERSION = '2.4.0'
const GENERATOR = { name: 'Streamseal', version: '0.1.0' }

/** Everything that a manifest says, but for the place that its carrier takes. */
export interface ManifestContents {
  claims: C2paClaims
  custom: readonly CustomAssertion[]
  /** The text's media type. */
  format: string
  /** SHA-256 of what the hard binding covers. */
  hash: Bytes
  streamId?: string | undefined
  /** ISO 8601. */
  when: string
  /** `urn:c2pa:` and a UUID (clause 8.1). */
  label: string
  instanceId: string
}

/** A manifest but for its signature. */
export interface UnsignedManifest {
  label: string
  claim: Bytes
  assertions: Bytes
}

/** Writes everything that does not depend on the carrier's size: all assertions but the hard binding. */
export async function fixedAssertions(contents: ManifestContents): Promise<AssertionBox[]> {
  const { claims, custom, streamId } = contents
  const ingredients = (claims.ingredients ?? []).map((ingredient, index) => ({
    relationship: ingredient.relationship,
    assertion: ingredientAssertion(ingredient, index),
  }))
  const references = await Promise.all(
    ingredients.map(async ({ relationship, assertion }) => ({
      relationship,
      reference: await hashedUri(assertion),
    })),
  )
  const context: ActionContext = { when: contents.when, ingredients: references }
  return [
    actionsAssertion(claims, context),
    ...ingredients.map(each => each.assertion),
    ...disclosureAssertions(claims),
    metadataAssertion(claims, contents.format),
    ...(streamId === undefined ? [] : [softBindingAssertion(streamId)]),
    ...custom.map(customAssertion),
  ]
}

/** Writes the claim (claim-map-v2, clause 10.2.3) over the assertions and the hard binding. */
export async function unsignedManifest(
  contents: ManifestContents,
  fixed: readonly AssertionBox[],
  exclusion?: Exclusion,
): Promise<UnsignedManifest> {
  const all = [...fixed, hashDataAssertion(contents.hash, exclusion)]
  const claim = encodeCbor({
    instanceID: contents.instanceId,
    claim_generator_info: { ...(contents.claims.generator ?? GENERATOR), specVersion: SPEC_VERSION },
    signature: signatureUri(contents.label),
    created_assertions: await Promise.all(all.map(hashedUri)),
    alg: 'sha256',
  })
  const assertions = writeSuperBox('c2as', 'c2pa.assertions', ...all.map(each => each.box))
  return { label: contents.label, claim, assertions }
}

/** The manifest store, with its claim signature. */
export function manifestStore({ label, claim, assertions }: UnsignedManifest, cose: Bytes): Bytes {
  const claimBox = writeSuperBox('c2cl', 'c2pa.claim.v2', writeBox('cbor', claim))
  const signatureBox = writeSuperBox('c2cs', 'c2pa.signature', writeBox('cbor', cose))
  const manifest = writeSuperBox('c2ma', label, assertions, claimBox, signatureBox)
  return writeSuperBox('c2pa', 'c2pa', manifest)
}
