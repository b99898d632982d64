/** What several checks ask of a manifest's assertions. */
import { asMap, asText, type CborMap } from './cbor.ts'
import { type HashAlgorithm, isHashAlgorithm } from './digests.ts'
import { isInstanceOf } from './jumbf-uris.ts'
import type { ReadManifest } from './read-manifest.ts'

/** What the claim names, once its hashes are right. */
export interface LinkedAssertions {
  created: string[]
  gathered: string[]
}

/** The algorithm that a structure names, or the claim does (clause 15.4); a named one that is not allowed is not replaced. */
export function hashAlgorithmOf(structure: CborMap, claim: CborMap): HashAlgorithm | undefined {
  const named = structure.get('alg') ?? claim.get('alg')
  return isHashAlgorithm(named) ? named : undefined
}

const ingredientLabels = ['c2pa.ingredient', 'c2pa.ingredient.v2', 'c2pa.ingredient.v3']

/** Whether a label is that of an ingredient assertion. */
export const isIngredient = (label: string): boolean =>
  ingredientLabels.some(base => isInstanceOf(label, base))

/** How an ingredient assertion says that its thing belongs to the text. */
export const relationshipIn = (data: unknown): string | undefined => asText(asMap(data)?.get('relationship'))

/** The same of one of a manifest's assertions; `undefined` for other assertions. */
export const relationshipOf = (manifest: ReadManifest, label: string): string | undefined =>
  isIngredient(label) ? relationshipIn(manifest.assertions.get(label)?.data) : undefined
