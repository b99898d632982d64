/** What a manifest says, taken out of its CBOR for people and programs. Nothing here is believed or checked. */
import { STREAM_ID_ALGORITHM } from './assertions.ts'
import { toHex } from './bytes.ts'
import { asBytes, asList, asMap, asText, type CborMap, untagged } from './cbor.ts'
import { isInstanceOf } from './jumbf-uris.ts'
import type { ReadManifest } from './read-manifest.ts'
import type { ManifestSummary } from './report.ts'

/** The most of anything that a summary lists. */
const MAX_LISTED = 64

/** The summary of a manifest. */
export function summarize(manifest: ReadManifest): ManifestSummary {
  const { claim, label } = manifest
  const of = (...bases: string[]): CborMap[] => mapsOf(manifest, bases)
  const generator = asMap(claim.get('claim_generator_info'))
  return {
    id: label,
    instanceId: asText(claim.get('instanceID')) ?? '',
    generator: [generator?.get('name'), generator?.get('version')]
      .flatMap(each => asText(each) ?? [])
      .join(' '),
    actions: of('c2pa.actions', 'c2pa.actions.v2').flatMap(actionsOf).slice(0, MAX_LISTED),
    models: of('c2pa.ai-disclosure').flatMap(each => asText(each.get('modelName')) ?? []),
    ...metadataOf(manifest),
    ingredients: of('c2pa.ingredient', 'c2pa.ingredient.v2', 'c2pa.ingredient.v3').map(ingredientOf),
    streamIds: of('c2pa.soft-binding').flatMap(streamIdsOf),
    assertions: [...manifest.assertions.keys()].slice(0, MAX_LISTED),
  }
}

const mapsOf = ({ assertions }: ReadManifest, bases: string[]): CborMap[] =>
  [...assertions.values()]
    .filter(({ label }) => bases.some(base => isInstanceOf(label, base)))
    .flatMap(({ data }) => asMap(data) ?? [])
    .slice(0, MAX_LISTED)

function actionsOf(assertion: CborMap): ManifestSummary['actions'] {
  const maps = asList(assertion.get('actions'))?.flatMap(each => asMap(each) ?? []) ?? []
  return maps.map(action => {
    const when = asText(untagged(action.get('when'), 0))
    const sourceType = asText(action.get('digitalSourceType'))?.split('/').at(-1)
    const agent = asText(asMap(action.get('softwareAgent'))?.get('name'))
    return {
      action: asText(action.get('action')) ?? '',
      ...(when !== undefined && { when }),
      ...(sourceType !== undefined && { digitalSourceType: sourceType }),
      ...(agent !== undefined && { softwareAgent: agent }),
    }
  })
}

function ingredientOf(data: CborMap): ManifestSummary['ingredients'][number] {
  const instanceId = asText(data.get('instanceID'))
  return {
    title: asText(data.get('dc:title')) ?? '',
    relationship: asText(data.get('relationship')) ?? '',
    ...(instanceId !== undefined && { instanceId }),
  }
}

function streamIdsOf(data: CborMap): string[] {
  if (data.get('alg') !== STREAM_ID_ALGORITHM) return []
  return (
    asList(data.get('blocks'))?.flatMap(block => {
      const value = asBytes(asMap(block)?.get('value'))
      return value?.length === 8 ? [toHex(value)] : []
    }) ?? []
  )
}

function metadataOf({ assertions }: ReadManifest): { format?: string; title?: string } {
  const data: unknown = assertions.get('c2pa.metadata')?.data
  if (typeof data !== 'object' || data === null) return {}
  const format = 'dc:format' in data ? asText(data['dc:format']) : undefined
  const title = 'dc:title' in data ? asText(data['dc:title']) : undefined
  return { ...(format !== undefined && { format }), ...(title !== undefined && { title }) }
}
