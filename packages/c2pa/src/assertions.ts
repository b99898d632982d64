/** The assertions that we write (C2PA 2.4 clause 18), each as the CBOR or JSON of its clause. */
import { type Bytes, fromHex, utf8 } from './bytes.ts'
import { encodeCbor, tagged } from './cbor.ts'
import type { C2paClaims, C2paIngredient, CustomAssertion } from './claims.ts'
import { digest } from './digests.ts'
import { withoutHeader, writeBox, writeSuperBox } from './jumbf.ts'
import { assertionUri } from './jumbf-uris.ts'

/** The soft-binding algorithm whose value is the stream id of our seal, 8 bytes. It is not on C2PA's list of algorithms yet. */
export const STREAM_ID_ALGORITHM = 'com.streamseal.stream-id.1'

const SOURCE_TYPES = 'http://cv.iptc.org/newscodes/digitalsourcetype/'

/** An assertion's superbox as it stands in the store. */
export interface AssertionBox {
  label: string
  box: Bytes
}

/** A reference with its hash (clause 8.4.2); the algorithm is the claim's. */
export interface HashedUri {
  url: string
  hash: Bytes
}

/** The reference to an assertion of the same manifest. */
export const hashedUri = async ({ label, box }: AssertionBox): Promise<HashedUri> => ({
  url: assertionUri(label),
  hash: await digest('sha256', withoutHeader(box)),
})

const cborAssertion = (label: string, data: unknown): AssertionBox => ({
  label,
  box: writeSuperBox('cbor', label, writeBox('cbor', encodeCbor(data))),
})

/** `c2pa.ingredient.v3` (clause 18.16); several count up as `__1`, `__2` (clause 6.4). */
export const ingredientAssertion = (ingredient: C2paIngredient, index: number): AssertionBox =>
  cborAssertion(instance('c2pa.ingredient.v3', index), {
    'dc:title': ingredient.title,
    'dc:format': ingredient.format,
    instanceID: ingredient.instanceId,
    relationship: ingredient.relationship,
  })

const instance = (base: string, index: number): string => (index === 0 ? base : `${base}__${index}`)

/** What `actionsAssertion` needs besides the claims. */
export interface ActionContext {
  when: string
  ingredients: { relationship: C2paIngredient['relationship']; reference: HashedUri }[]
}

/** `c2pa.actions.v2` (clause 18.15): created by a model, or opened and edited where the text is an edit of something. */
export function actionsAssertion(claims: C2paClaims, context: ActionContext): AssertionBox {
  const referencesTo = (...relationships: C2paIngredient['relationship'][]): HashedUri[] =>
    context.ingredients.filter(each => relationships.includes(each.relationship)).map(each => each.reference)
  const parents = referencesTo('parentOf')
  const others = referencesTo('inputTo', 'componentOf')
  const act = (action: string, ingredients: HashedUri[], more: object = {}): object => ({
    action,
    when: tagged(0, context.when),
    ...more,
    parameters: ingredients.length > 0 ? { ingredients } : undefined,
  })
  const made = { digitalSourceType: sourceType(claims), softwareAgent: softwareAgent(claims) }
  const actions =
    parents.length > 0
      ? [act('c2pa.opened', parents), act('c2pa.edited', others, made)]
      : [act('c2pa.created', others, made)]
  return cborAssertion('c2pa.actions.v2', { actions })
}

function sourceType({ digitalSourceType = 'trainedAlgorithmicMedia' }: C2paClaims): string {
  return digitalSourceType.includes(':') ? digitalSourceType : SOURCE_TYPES + digitalSourceType
}

const softwareAgent = ({ provider }: C2paClaims): object | undefined =>
  provider === undefined ? undefined : { name: provider }

/** `c2pa.ai-disclosure` (clause 18.28), one a model. */
export function disclosureAssertions({ model, humanOversightLevel }: C2paClaims): AssertionBox[] {
  const models = typeof model === 'string' ? [model] : (model ?? [])
  return models.map((modelName, index) =>
    cborAssertion(instance('c2pa.ai-disclosure', index), {
      modelType: 'c2pa.types.model',
      modelName,
      contentProfile: humanOversightLevel === undefined ? undefined : { humanOversightLevel },
    }),
  )
}

/** `c2pa.metadata` (clause 18.17): JSON-LD in a JSON box. */
export function metadataAssertion({ title }: C2paClaims, format: string): AssertionBox {
  const context = { dc: 'http://purl.org/dc/elements/1.1/' }
  const json = JSON.stringify({ '@context': context, 'dc:format': format, 'dc:title': title })
  const box = writeSuperBox('json', 'c2pa.metadata', writeBox('json', utf8(json)))
  return { label: 'c2pa.metadata', box }
}

/** A stretch that the hash leaves out, in UTF-8 bytes. */
export interface Exclusion {
  start: number
  length: number
}

/** `c2pa.hash.data` (clause 18.5): the hard binding. */
export const hashDataAssertion = (hash: Bytes, exclusion?: Exclusion): AssertionBox =>
  cborAssertion('c2pa.hash.data', {
    alg: 'sha256',
    hash,
    exclusions: exclusion && [exclusion],
    pad: new Uint8Array(0),
  })

/** `c2pa.soft-binding` (clause 18.10): how a stripped or stored manifest is found again. */
export const softBindingAssertion = (streamId: string): AssertionBox =>
  cborAssertion('c2pa.soft-binding', {
    alg: STREAM_ID_ALGORITHM,
    blocks: [{ scope: {}, value: fromHex(streamId) }],
    pad: new Uint8Array(0),
  })

/** An assertion of the caller's own. */
export const customAssertion = ({ label, data }: CustomAssertion): AssertionBox => cborAssertion(label, data)
