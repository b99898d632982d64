/** The actions (C2PA 2.4 clauses 15.10.1.2 and 15.10.3.2.3): the text was created or opened, once and first, and each action names what it needs. */
import { asList, asMap, asText, type CborMap } from './cbor.ts'
import { referenceFault } from './check-references.ts'
import { assertionLabel, isInstanceOf, isJumbfUri } from './jumbf-uris.ts'
import { isIngredient, type LinkedAssertions, relationshipIn } from './linked-assertions.ts'
import { type ReadManifest, readAssertionBox } from './read-manifest.ts'
import { resolveBox } from './resolve-box.ts'
import { type Finding, finding, type StatusCode } from './status-codes.ts'

const inception = ['c2pa.created', 'c2pa.opened']
const watermarks = ['c2pa.watermarked', 'c2pa.watermarked.bound']

/** An action, and what its assertion's version calls its ingredients. */
interface Action {
  name: string
  parameters: CborMap | undefined
  ingredients: 'ingredient' | 'ingredients'
}

/** Checks every actions assertion that the claim names. */
export async function checkActions(manifest: ReadManifest, linked: LinkedAssertions): Promise<Finding[]> {
  const created = actionLabels(linked.created)
  const all = [...created, ...actionLabels(linked.gathered)]
  if (created.length === 0) return [finding('assertion.missing', 'It states no actions.')]
  const actions = readActions(manifest, all)
  if (!actions) return [finding('assertion.action.malformed')]
  const begun = actions.filter(({ name }) => inception.includes(name)).length
  if (begun !== 1 || !inception.includes(actions[0]?.name ?? '')) {
    return [finding('assertion.action.malformed', 'It must be created or opened, once and first.')]
  }
  return checkEach(manifest, linked, actions)
}

/** Checks each action by itself. */
async function checkEach(
  manifest: ReadManifest,
  linked: LinkedAssertions,
  actions: Action[],
): Promise<Finding[]> {
  const labels = [...linked.created, ...linked.gathered]
  const bound = labels.some(label => isInstanceOf(label, 'c2pa.soft-binding'))
  const findings: Finding[] = []
  for (const action of actions) {
    const code =
      (await ingredientFault(action, manifest)) ??
      redactionFault(action, manifest) ??
      relatedFault(action, manifest) ??
      (watermarks.includes(action.name) && !bound ? 'assertion.action.softBindingMissing' : undefined)
    if (code) findings.push(finding(code, `It is "${action.name}".`))
  }
  return findings
}

/** The names of the actions that a manifest states; `undefined` where one cannot be read. */
export const actionNames = (manifest: ReadManifest, labels: readonly string[]): string[] | undefined =>
  readActions(manifest, actionLabels(labels))?.map(({ name }) => name)

const actionLabels = (labels: readonly string[]): string[] =>
  labels.filter(label => isInstanceOf(label, 'c2pa.actions.v2') || isInstanceOf(label, 'c2pa.actions'))

function readActions(manifest: ReadManifest, labels: string[]): Action[] | undefined {
  const actions = labels.map(label => {
    const list = asList(asMap(manifest.assertions.get(label)?.data)?.get('actions'))
    const key = isInstanceOf(label, 'c2pa.actions') ? 'ingredient' : 'ingredients'
    return list && list.length > 0 ? list.map(each => readAction(each, key)) : [undefined]
  })
  const all = actions.flat()
  return all.every(each => each !== undefined) ? all : undefined
}

function readAction(value: unknown, ingredients: Action['ingredients']): Action | undefined {
  const action = asMap(value)
  const name = asText(action?.get('action'))
  return name === undefined ? undefined : { name, parameters: asMap(action?.get('parameters')), ingredients }
}

/** What the ingredients of an action must be to the text; of other actions they must only be there. */
const wanted: Record<string, { relationship: string; own: boolean; optional?: true; one?: true }> = {
  'c2pa.opened': { relationship: 'parentOf', own: true, one: true },
  'c2pa.placed': { relationship: 'componentOf', own: true },
  'c2pa.removed': { relationship: 'componentOf', own: false },
  'c2pa.transcoded': { relationship: 'parentOf', own: true, optional: true },
  'c2pa.repackaged': { relationship: 'parentOf', own: true, optional: true },
}

async function ingredientFault(action: Action, manifest: ReadManifest): Promise<StatusCode | undefined> {
  const wrong = 'assertion.action.ingredientMismatch'
  const rule = Object.hasOwn(wanted, action.name) ? wanted[action.name] : undefined
  const named = action.parameters?.get(action.ingredients)
  if (named === undefined) return rule && !rule.optional ? wrong : undefined
  const references = (action.ingredients === 'ingredient' ? [named] : asList(named)) ?? []
  if (references.length === 0 || (rule?.one && references.length > 1)) return wrong
  for (const reference of references) {
    if (!fits(rule, ingredientAt(reference, manifest))) return wrong
    if (await referenceFault(reference, manifest)) return wrong
  }
  return undefined
}

interface NamedIngredient {
  relationship: string | undefined
  /** Whether it stands in the manifest of the action. */
  own: boolean
}

const fits = (rule: (typeof wanted)[string] | undefined, found: NamedIngredient | undefined): boolean =>
  found !== undefined && (!rule || (found.relationship === rule.relationship && found.own === rule.own))

/** The ingredient that a reference leads to. */
function ingredientAt(reference: unknown, manifest: ReadManifest): NamedIngredient | undefined {
  const url = asText(asMap(reference)?.get('url')) ?? ''
  const box = resolveBox(manifest, url)
  if (!box || !isIngredient(box.label)) return undefined
  const own = assertionLabel(url, manifest.label) !== undefined
  return { relationship: relationshipIn(readAssertionBox(box).data), own }
}

/** What was taken out must be named, and be there, or be among what the claim takes back. */
function redactionFault({ name, parameters }: Action, manifest: ReadManifest): StatusCode | undefined {
  if (name !== 'c2pa.redacted') return undefined
  const uri = asText(parameters?.get('redacted')) ?? ''
  const isNamed = asList(manifest.claim.get('redacted_assertions'))?.includes(uri)
  const isThere = isJumbfUri(uri) && (isNamed || resolveBox(manifest, uri))
  return isThere ? undefined : 'assertion.action.redactionMismatch'
}

/** Related assertions are assertions of this manifest, and neither ingredients nor actions. */
function relatedFault({ parameters }: Action, manifest: ReadManifest): StatusCode | undefined {
  if (!parameters?.has('relatedAssertions')) return undefined
  const labels = asList(parameters.get('relatedAssertions'))?.map(each =>
    assertionLabel(asText(asMap(each)?.get('url')) ?? '', manifest.label),
  )
  const fits = labels?.every(
    label =>
      label !== undefined &&
      manifest.assertions.has(label) &&
      !isIngredient(label) &&
      actionLabels([label]).length === 0,
  )
  return labels && labels.length > 0 && fits ? undefined : 'assertion.action.malformed'
}
