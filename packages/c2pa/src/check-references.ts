/** References with hashes inside standard assertions and the claim (C2PA 2.4 clauses 15.4.2 and 15.10.3.3). */

import { boxDigest } from './box-digest.ts'
import { equalBytes } from './bytes.ts'
import { asBytes, asList, asMap, asText, type CborMap } from './cbor.ts'
import { isHashAlgorithm } from './digests.ts'
import { isJumbfUri } from './jumbf-uris.ts'
import type { ReadManifest } from './read-manifest.ts'
import { resolveBox } from './resolve-box.ts'
import { type Finding, finding } from './status-codes.ts'

/** Clause 15.11.3 checks the first three in its own way; the others state what somebody found, or are not to be checked. */
const passedOver = [
  'activeManifest',
  'c2pa_manifest',
  'claimSignature',
  'validationResults',
  'validationStatus',
  'metadata',
]

/** Checks the references of the standard assertions that `labels` names, and that of the generator's icon. */
export async function checkReferences(manifest: ReadManifest, labels: readonly string[]): Promise<Finding[]> {
  const standard = labels.filter(label => label.startsWith('c2pa.'))
  const values = standard.map(label => manifest.assertions.get(label)?.data)
  const references = [...values, manifest.claim.get('claim_generator_info')].flatMap(value =>
    referencesIn(value),
  )
  const findings: Finding[] = []
  for (const { reference, algorithm } of references) {
    const fault = await referenceFault(reference, manifest, algorithm)
    if (fault) findings.push(fault)
  }
  return findings
}

interface FoundReference {
  reference: unknown
  /** The algorithm that the nearest structure around it names. */
  algorithm: unknown
}

function referencesIn(value: unknown, around?: unknown): FoundReference[] {
  const list = asList(value)
  if (list) return list.flatMap(each => referencesIn(each, around))
  const map = asMap(value)
  if (!map) return []
  const algorithm = map.get('alg') ?? around
  const own = isReference(map) ? [{ reference: map, algorithm: around }] : []
  return [...own, ...[...map].flatMap(([key, each]) => referencesUnder(key, each, algorithm))]
}

function referencesUnder(key: unknown, value: unknown, algorithm: unknown): FoundReference[] {
  if (typeof key === 'string' && passedOver.includes(key)) return []
  const map = asMap(value)
  const isIcon = key === 'icon' && !(map && isReference(map))
  return isIcon ? [{ reference: value, algorithm }] : referencesIn(value, algorithm)
}

const isReference = (map: CborMap): boolean => isJumbfUri(asText(map.get('url')) ?? '')

/** Why a reference does not hold; what lies outside the store is not fetched, and passed over. */
export async function referenceFault(
  reference: unknown,
  manifest: ReadManifest,
  around?: unknown,
): Promise<Finding | undefined> {
  const map = asMap(reference)
  const url = asText(map?.get('url'))
  if (!map || url === undefined) return finding('hashedURI.missing')
  if (/^[a-z][a-z0-9+.-]*:/i.test(url) && !isJumbfUri(url)) return undefined
  const box = resolveBox(manifest, url)
  if (!box) return finding('hashedURI.missing', undefined, url)
  const algorithm = map.get('alg') ?? around ?? manifest.claim.get('alg')
  if (!isHashAlgorithm(algorithm))
    return finding('algorithm.unsupported', 'A reference is hashed with it.', url)
  const expected = asBytes(map.get('hash'))
  const same = expected && equalBytes(await boxDigest(algorithm, box), expected)
  return same ? undefined : finding('hashedURI.mismatch', undefined, url)
}
