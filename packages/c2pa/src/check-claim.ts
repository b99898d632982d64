/** The claim and the assertions that it names (C2PA 2.4 clauses 15.6.2 and 15.10). */
import { boxDigest } from './box-digest.ts'
import { equalBytes } from './bytes.ts'
import { asBytes, asList, asMap, asText, type CborMap } from './cbor.ts'
import { actionNames, checkActions } from './check-actions.ts'
import { checkAssertions } from './check-assertions.ts'
import { checkReferences } from './check-references.ts'
import type { SuperBox } from './jumbf.ts'
import { absoluteAssertionUri, assertionLabel, isInstanceOf, pathWithin } from './jumbf-uris.ts'
import { hashAlgorithmOf, isIngredient, type LinkedAssertions, relationshipOf } from './linked-assertions.ts'
import type { ReadManifest } from './read-manifest.ts'
import { type Finding, finding } from './status-codes.ts'

/** What a check of a claim answers: what the claim names stands in `linked`, as far as it can be believed. */
export interface CheckedClaim {
  findings: Finding[]
  linked: LinkedAssertions
}

/**
 * Checks the claim's shape, every assertion that it names, and what the assertions say of each other; not the hard
 * binding, and not the ingredients. `redacted` holds the URIs, from the store down, of assertions that later claims took out.
 */
export async function checkClaim(
  manifest: ReadManifest,
  redacted: ReadonlySet<string> = new Set(),
): Promise<CheckedClaim> {
  const faults = claimFaults(manifest)
  const created = await checkLinks(manifest, 'created_assertions', redacted)
  const gathered = await checkLinks(manifest, 'gathered_assertions', redacted)
  const unreadable = [...manifest.assertions.values()].flatMap(({ label, fault }) =>
    fault && !redacted.has(absoluteAssertionUri(manifest.label, label)) ? [fault] : [],
  )
  const findings = [...faults, ...created.findings, ...gathered.findings, ...unreadable]
  const linked = { created: created.labels, gathered: gathered.labels }
  if (findings.some(each => each.code !== 'assertion.hashedURI.match')) return { findings, linked }
  const labels = [...linked.created, ...linked.gathered]
  const more = [
    ...(await checkWhole(manifest, linked)),
    ...checkAssertions(manifest, linked),
    ...(await checkReferences(manifest, labels)),
  ]
  return { findings: [...findings, ...more], linked }
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
  redacted: ReadonlySet<string>,
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
    findings.push(...(await checkLink(link, manifest, redacted)))
    if (label !== undefined) labels.push(label)
  }
  return { labels, findings }
}

async function checkLink(
  link: CborMap,
  manifest: ReadManifest,
  redacted: ReadonlySet<string>,
): Promise<Finding[]> {
  const url = asText(link.get('url'))
  const expected = asBytes(link.get('hash'))
  if (url === undefined || !expected)
    return [finding('claim.malformed', 'A reference has no address or no hash.')]
  const algorithm = hashAlgorithmOf(link, manifest.claim)
  const label = assertionLabel(url, manifest.label)
  if (!algorithm) return [finding('algorithm.unsupported', 'A reference is hashed with it.', url)]
  if (label === undefined) return [finding('assertion.outsideManifest', undefined, url)]
  const assertion = manifest.assertions.get(label)
  if (redacted.has(absoluteAssertionUri(manifest.label, label)))
    return redactedFindings(label, url, assertion?.box)
  if (!assertion) return [finding('assertion.missing', undefined, url)]
  const actual = await boxDigest(algorithm, assertion.box)
  const code = equalBytes(actual, expected) ? 'assertion.hashedURI.match' : 'assertion.hashedURI.mismatch'
  return [finding(code, undefined, url)]
}

/** Clauses 15.10.3.1 and 15.11.3.3.1: what was taken out is gone, or zeros stand where it was; some things may not be. */
function redactedFindings(label: string, url: string, box: SuperBox | undefined): Finding[] {
  if (isActions(label)) return [finding('assertion.action.redacted', undefined, url)]
  if (label.startsWith('c2pa.hash.')) return [finding('assertion.hardBinding.redacted', undefined, url)]
  const isGone = box?.contents.every(({ payload }) => payload.every(byte => byte === 0)) ?? true
  return isGone && (box?.boxes.length ?? 0) === 0 ? [] : [finding('assertion.notRedacted', undefined, url)]
}

const isActions = (label: string): boolean =>
  isInstanceOf(label, 'c2pa.actions') || isInstanceOf(label, 'c2pa.actions.v2')

/** What can be asked only of all assertions together (clauses 15.10.1.2 and 15.10.1.3). */
async function checkWhole(manifest: ReadManifest, linked: LinkedAssertions): Promise<Finding[]> {
  const all = [...linked.created, ...linked.gathered]
  const undeclared = [...manifest.assertions.keys()].filter(label => !all.includes(label))
  const findings = undeclared.map(label => finding('assertion.undeclared', `It is "${label}".`))
  const ofKind =
    manifest.kind === 'c2um' ? checkUpdate(manifest, all) : await checkStandard(manifest, linked, all)
  return [...findings, ...ofKind]
}

/** Which assertions bind a manifest to its asset; a hash of several parts stands beside one of these. */
const isBinding = (label: string): boolean =>
  label.startsWith('c2pa.hash.') && !isInstanceOf(label, 'c2pa.hash.multi-asset')

async function checkStandard(
  manifest: ReadManifest,
  linked: LinkedAssertions,
  all: string[],
): Promise<Finding[]> {
  const bindings = linked.created.filter(isBinding)
  const parents = all.filter(label => relationshipOf(manifest, label) === 'parentOf')
  return [
    ...(bindings.length === 0 ? [finding('claim.hardBindings.missing')] : []),
    ...(bindings.length > 1 ? [finding('assertion.multipleHardBindings')] : []),
    ...(parents.length > 1 ? [finding('manifest.multipleParents')] : []),
    ...(await checkActions(manifest, linked)),
  ]
}

/** What an update of a manifest may state to have been done (clause 11.2.3). */
const updating = ['c2pa.edited.metadata', 'c2pa.opened', 'c2pa.published', 'c2pa.redacted']

/** An update names what it updates, binds nothing, and does nothing to the asset. */
function checkUpdate(manifest: ReadManifest, all: string[]): Finding[] {
  const ingredients = all.filter(isIngredient)
  const parent = ingredients.length === 1 && relationshipOf(manifest, ingredients[0] ?? '') === 'parentOf'
  const names = actionNames(manifest, all)
  const may =
    names?.every(name => updating.includes(name)) &&
    !all.some(label => label.startsWith('c2pa.hash.') || label.startsWith('c2pa.thumbnail'))
  return [
    ...(parent ? [] : [finding('manifest.update.wrongParents')]),
    ...(may ? [] : [finding('manifest.update.invalid')]),
  ]
}
