/** What clause 15.10.3.2 of C2PA 2.4 asks of single assertions, besides actions and ingredients. */
import { asBytes, asMap, asText, type CborMap } from './cbor.ts'
import { isHashAlgorithm } from './digests.ts'
import { isInstanceOf } from './jumbf-uris.ts'
import type { LinkedAssertions } from './linked-assertions.ts'
import type { ReadManifest } from './read-manifest.ts'
import { type Finding, finding, type StatusCode } from './status-codes.ts'

/** Assertions that must stand in the manifest itself (clauses 15.10.3.2.1 and 15.10.3.2.2). */
const atHome = [
  'c2pa.action',
  'c2pa.actions',
  'c2pa.actions.v2',
  'c2pa.cloud-data',
  'c2pa.hash.bmff.v2',
  'c2pa.hash.bmff.v3',
  'c2pa.hash.boxes',
  'c2pa.hash.collection.data',
  'c2pa.hash.data',
  'c2pa.hash.multi-asset',
  'c2pa.ingredient',
  'c2pa.ingredient.v2',
  'c2pa.ingredient.v3',
]

/** Rules of a text's own manifest that nothing here can check; a manifest that relies on one is refused. */
const unchecked = [
  'c2pa.session-keys',
  'c2pa.alternative-content-representation',
  'c2pa.hash.multi-asset',
  'c2pa.repository-receipt',
]

/** Checks the assertions that the claim names, each by its kind. */
export function checkAssertions(manifest: ReadManifest, { created, gathered }: LinkedAssertions): Finding[] {
  const is = (label: string, base: string): boolean => isInstanceOf(label, base)
  return [...created, ...gathered].flatMap(label => {
    const data = asMap(manifest.assertions.get(label)?.data)
    if (is(label, 'c2pa.cloud-data')) return about(label, cloudDataFault(data))
    if (is(label, 'c2pa.external-reference')) {
      const fault = created.includes(label) ? 'assertion.external-reference.created' : externalFault(data)
      return about(label, fault)
    }
    if (is(label, 'c2pa.time-stamp'))
      return about(label, data && data.size > 0 ? undefined : 'assertion.timestamp.malformed')
    return []
  })
}

/** The assertions of a text's own manifest that cannot be checked here. */
export const uncheckedAssertions = ({ created, gathered }: LinkedAssertions): Finding[] =>
  [...created, ...gathered]
    .filter(label => unchecked.some(base => isInstanceOf(label, base)))
    .map(label => finding('general.error', `What "${label}" asks for is not checked here.`))

const about = (label: string, code: StatusCode | undefined): Finding[] =>
  code ? [finding(code, `It is "${label}".`)] : []

const mustBeAtHome = (label: string): boolean => atHome.some(base => isInstanceOf(label, base))

function cloudDataFault(data: CborMap | undefined): StatusCode | undefined {
  const label = asText(data?.get('label'))
  const location = asMap(data?.get('location'))
  if (label === undefined || !location || !data?.has('size')) return 'assertion.cloud-data.malformed'
  // The standard has a code of its own for all but the first version of actions.
  if (isInstanceOf(label, 'c2pa.actions')) return 'assertion.cloud-data.malformed'
  if (mustBeAtHome(label)) return 'assertion.cloud-data.hardBinding'
  if (asText(location.get('url')) === undefined || !asBytes(location.get('hash')))
    return 'assertion.cloud-data.malformed'
  return isHashAlgorithm(location.get('alg')) ? undefined : 'algorithm.unsupported'
}

function externalFault(data: CborMap | undefined): StatusCode | undefined {
  const location = asMap(data?.get('location'))
  const label = data?.get('label')
  const hashed = location?.has('hash')
  if (asText(location?.get('url')) === undefined || location?.has('alg') !== hashed)
    return 'assertion.external-reference.malformed'
  if (hashed && !isHashAlgorithm(location?.get('alg'))) return 'algorithm.unsupported'
  const named = asText(label) ?? ''
  const wrong =
    (hashed && !asBytes(location?.get('hash'))) ||
    (label !== undefined && typeof label !== 'string') ||
    mustBeAtHome(named) ||
    isInstanceOf(named, 'c2pa.external-reference')
  return wrong ? 'assertion.external-reference.malformed' : undefined
}
