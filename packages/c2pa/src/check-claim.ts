/** The claim and the assertions that it names (C2PA 2.4 clauses 15.6.2 and 15.10). */
import { equalBytes } from './bytes.ts'
import { asBytes, asList, asMap, asText, type CborMap } from './cbor.ts'
import { checkActions } from './check-actions.ts'
import { digest } from './digests.ts'
import { assertionLabel, manifestLabelOf, pathWithin } from './jumbf-uris.ts'
import { hashAlgorithmOf, type LinkedAssertions, relationshipOf } from './linked-assertions.ts'
import type { ReadManifest } from './read-manifest.ts'
import { type Finding, finding } from './status-codes.ts'

/** Checks the claim's shape, every assertion that it names, and what the assertions say of each other. */
export async function checkClaim(manifest: ReadManifest): Promise<Finding[]> {
  const faults = claimFaults(manifest)
  const created = await checkLinks(manifest, 'created_assertions')
  const gathered = await checkLinks(manifest, 'gathered_assertions')
  const unreadable = [...manifest.assertions.values()].flatMap(({ fault }) => fault ?? [])
  const findings = [...faults, ...created.findings, ...gathered.findings, ...unreadable]
  const linked = { created: created.labels, gathered: gathered.labels }
  if (findings.some(each => each.code !== 'assertion.hashedURI.match')) return findings
  return [...findings, ...checkWhole(manifest, linked), ...(await checkIngredients(manifest, linked))]
}

/** What the claim itself lacks (clause 15.6.2). */
function claimFaults({ claim, label }: ReadManifest): Finding[] {
  const generator = asMap(claim.get('claim_generator_info'))
  const signature = asText(claim.get('signature'))
  const path = signature === undefined ? undefined : pathWithin(signature, label)
  const faults: (Finding | false | undefined)[] = [
    !asText(claim.get('instanceID')) && finding('claim.malformed', 'It has no instanceID.'),
    !asText(generator?.get('name')) &&
      finding('claim.malformed', 'It does not name the software that made it.'),
    generator?.has('icon') && finding('hashedURI.missing', 'Icons are not looked up.'),
    path?.join('/') !== 'c2pa.signature' &&
      finding('claimSignature.missing', 'The claim does not name the signature of its manifest.'),
    redactionFault(claim.get('redacted_assertions'), label),
  ]
  return faults.flatMap(fault => fault || [])
}

function redactionFault(redacted: unknown, label: string): Finding | undefined {
  if (redacted === undefined) return undefined
  const uris = asList(redacted)?.map(asText)
  if (!uris?.every(uri => uri !== undefined)) {
    return finding('claim.malformed', 'What it takes back is no list of references.')
  }
  return uris.some(uri => pathWithin(uri, label) !== undefined)
    ? finding('assertion.selfRedacted')
    : undefined
}

async function checkLinks(
  manifest: ReadManifest,
  field: 'created_assertions' | 'gathered_assertions',
): Promise<{ labels: string[]; findings: Finding[] }> {
  const value = manifest.claim.get(field)
  if (value === undefined && field === 'gathered_assertions') return { labels: [], findings: [] }
  const links = asList(value)?.map(asMap)
  if (!links || links.length === 0 || !links.every(link => link !== undefined)) {
    return { labels: [], findings: [finding('claim.malformed', `Its ${field} are no list of references.`)] }
  }
  const labels: string[] = []
  const findings: Finding[] = []
  for (const link of links) {
    const label = assertionLabel(asText(link.get('url')) ?? '', manifest.label)
    // Named twice is checked once: the answer is the same, and the work stays bounded by the store's size.
    if (label !== undefined && labels.includes(label)) continue
    findings.push(await checkLink(link, manifest))
    if (label !== undefined) labels.push(label)
  }
  return { labels, findings }
}

async function checkLink(link: CborMap, manifest: ReadManifest): Promise<Finding> {
  const url = asText(link.get('url'))
  const expected = asBytes(link.get('hash'))
  if (url === undefined || !expected)
    return finding('claim.malformed', 'A reference has no address or no hash.')
  const algorithm = hashAlgorithmOf(link, manifest.claim)
  const label = assertionLabel(url, manifest.label)
  if (!algorithm) return finding('algorithm.unsupported', 'A reference is hashed with it.', url)
  if (label === undefined) return finding('assertion.outsideManifest', undefined, url)
  const assertion = manifest.assertions.get(label)
  if (!assertion) return finding('assertion.missing', undefined, url)
  const actual = await digest(algorithm, assertion.box.payload)
  const code = equalBytes(actual, expected) ? 'assertion.hashedURI.match' : 'assertion.hashedURI.mismatch'
  return finding(code, undefined, url)
}

/** What can be asked only of all assertions together. */
function checkWhole(manifest: ReadManifest, linked: LinkedAssertions): Finding[] {
  const all = [...linked.created, ...linked.gathered]
  const undeclared = [...manifest.assertions.keys()].filter(label => !all.includes(label))
  const bindings = linked.created.filter(label => label.split('__')[0]?.startsWith('c2pa.hash.'))
  const parents = all.filter(label => relationshipOf(manifest, label) === 'parentOf')
  return [
    ...undeclared.map(label => finding('assertion.undeclared', `It is "${label}".`)),
    ...(bindings.length === 0 ? [finding('claim.hardBindings.missing')] : []),
    ...(bindings.length > 1 ? [finding('assertion.multipleHardBindings')] : []),
    ...(parents.length > 1 ? [finding('manifest.multipleParents')] : []),
    ...checkActions(manifest, linked),
  ]
}

/** Clause 15.11: an ingredient's own manifest must be the one that is named. It is not judged in turn. */
async function checkIngredients(manifest: ReadManifest, linked: LinkedAssertions): Promise<Finding[]> {
  const labels = [...linked.created, ...linked.gathered]
  const ingredients = labels.filter(label => relationshipOf(manifest, label) !== undefined)
  return Promise.all(ingredients.map(label => checkIngredient(manifest, label)))
}

async function checkIngredient(manifest: ReadManifest, label: string): Promise<Finding> {
  const data = asMap(manifest.assertions.get(label)?.data)
  const named = asMap(data?.get('activeManifest') ?? data?.get('c2pa_manifest'))
  if (!named) return finding('ingredient.unknownProvenance', undefined, label)
  const target = manifest.manifests.get(manifestLabelOf(asText(named.get('url')) ?? '') ?? '')
  const algorithm = hashAlgorithmOf(named, manifest.claim)
  const expected = asBytes(named.get('hash'))
  if (!target) return finding('ingredient.manifest.missing', undefined, label)
  const same = algorithm && expected && equalBytes(await digest(algorithm, target.payload), expected)
  return finding(same ? 'ingredient.manifest.validated' : 'ingredient.manifest.mismatch', undefined, label)
}
