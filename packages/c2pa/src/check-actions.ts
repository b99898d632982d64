/** The actions (C2PA 2.4 clauses 15.10.1.2 and 15.10.3.2.3): the text was created or opened, once and first, and each action names what it needs. */
import { asList, asMap, asText, type CborMap } from './cbor.ts'
import { assertionLabel, isInstanceOf } from './jumbf-uris.ts'
import { type LinkedAssertions, relationshipOf } from './linked-assertions.ts'
import type { ReadManifest } from './read-manifest.ts'
import { type Finding, finding } from './status-codes.ts'

const inception = ['c2pa.created', 'c2pa.opened']
const watermarks = ['c2pa.watermarked', 'c2pa.watermarked.bound']

/** Checks every actions assertion that the claim names. */
export function checkActions(manifest: ReadManifest, linked: LinkedAssertions): Finding[] {
  const created = actionLabels(linked.created)
  const all = [...created, ...actionLabels(linked.gathered)]
  if (created.length === 0) return [finding('assertion.missing', 'It states no actions.')]
  const lists = all.map(label => actionsOf(manifest, label))
  if (!lists.every(list => list !== undefined)) return [finding('assertion.action.malformed')]
  const names = lists.flat().map(action => asText(action.get('action')))
  const begun = names.filter(name => name !== undefined && inception.includes(name)).length
  if (names.includes(undefined) || begun !== 1 || !inception.includes(names[0] ?? '')) {
    return [finding('assertion.action.malformed', 'It must be created or opened, once and first.')]
  }
  const labels = [...linked.created, ...linked.gathered]
  return lists.flat().flatMap(action => checkAction(action, manifest, labels))
}

const actionLabels = (labels: string[]): string[] =>
  labels.filter(label => isInstanceOf(label, 'c2pa.actions.v2') || isInstanceOf(label, 'c2pa.actions'))

function actionsOf(manifest: ReadManifest, label: string): CborMap[] | undefined {
  const actions = asList(asMap(manifest.assertions.get(label)?.data)?.get('actions'))?.map(asMap)
  return actions && actions.length > 0 && actions.every(action => action !== undefined) ? actions : undefined
}

function checkAction(action: CborMap, manifest: ReadManifest, labels: string[]): Finding[] {
  const name = asText(action.get('action')) ?? ''
  const relationships = ingredientsOf(action, manifest, labels)
  const wrong = (detail: string): Finding[] => [finding('assertion.action.ingredientMismatch', detail)]
  if (relationships.includes(undefined)) return wrong(`"${name}" names something that is no ingredient.`)
  if (name === 'c2pa.opened' && !(relationships.length === 1 && relationships[0] === 'parentOf')) {
    return wrong('What was opened must be one parent.')
  }
  if (
    name === 'c2pa.placed' &&
    !(relationships.length > 0 && relationships.every(each => each === 'componentOf'))
  ) {
    return wrong('What was placed must be a component.')
  }
  // These point into other manifests, which a text's manifest does not hold.
  if (name === 'c2pa.removed') return wrong('What was removed cannot be found.')
  if (name === 'c2pa.redacted') return [finding('assertion.action.redactionMismatch')]
  const bound = labels.some(label => isInstanceOf(label, 'c2pa.soft-binding'))
  return watermarks.includes(name) && !bound ? [finding('assertion.action.softBindingMissing')] : []
}

/** The relationships of the ingredients that an action names; `undefined` for a reference that leads to none. */
function ingredientsOf(action: CborMap, manifest: ReadManifest, labels: string[]): (string | undefined)[] {
  const parameters = asMap(action.get('parameters'))
  const single = parameters?.get('ingredient')
  const references = asList(parameters?.get('ingredients') ?? (single === undefined ? [] : [single])) ?? [
    undefined,
  ]
  return references.map(reference => {
    const url = asText(asMap(reference)?.get('url')) ?? ''
    const label = assertionLabel(url, manifest.label)
    return label !== undefined && labels.includes(label) ? relationshipOf(manifest, label) : undefined
  })
}
