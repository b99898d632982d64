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

/** How an ingredient assertion says that its thing belongs to the text; `undefined` for other assertions. */
export function relationshipOf(manifest: ReadManifest, label: string): string | undefined {
  if (!ingredientLabels.some(base => isInstanceOf(label, base))) return undefined
  return asText(asMap(manifest.assertions.get(label)?.data)?.get('relationship')) ?? ''
}
