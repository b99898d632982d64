/** What whoever took an ingredient in found wrong with it then, and said so (C2PA 2.4 clause 18.16.12.4). */
import { asList, asMap, asText, type CborMap } from './cbor.ts'

/** The most that is read of it. */
const MAX_RECORDED = 64

/** The codes of the failures that an ingredient assertion records, each once. */
export function recordedFailures(ingredient: CborMap): string[] {
  const results = asMap(ingredient.get('validationResults'))
  const deltas = asList(results?.get('ingredientDeltas')) ?? []
  const buckets = [
    results?.get('activeManifest'),
    ...deltas.map(each => asMap(each)?.get('validationDeltas')),
  ]
  const failures = buckets.flatMap(bucket => asList(asMap(bucket)?.get('failure')) ?? [])
  const codes = failures.flatMap(each => asText(asMap(each)?.get('code')) ?? [])
  return [...new Set(codes)].slice(0, MAX_RECORDED)
}
