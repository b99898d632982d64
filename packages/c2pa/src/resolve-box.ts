/** What a URI of a manifest leads to, anywhere in its store (C2PA 2.4 clause 8.4.2.1). */
import type { SuperBox } from './jumbf.ts'
import { locate } from './jumbf-uris.ts'
import type { ReadManifest } from './read-manifest.ts'

/** The box that a URI in `manifest` names, or `undefined` where it leads nowhere. */
export function resolveBox(manifest: ReadManifest, uri: string): SuperBox | undefined {
  const location = locate(uri, manifest.label)
  let box = location && manifest.manifests.get(location.manifest)
  for (const label of location?.path ?? []) box = box && childrenOf(box).get(label)
  return box
}

const known = new WeakMap<SuperBox, ReadonlyMap<string, SuperBox>>()

// Kept, because a store can hold thousands of boxes and as many references to them.
function childrenOf(box: SuperBox): ReadonlyMap<string, SuperBox> {
  const children = known.get(box) ?? new Map(box.boxes.map(each => [each.label, each]))
  known.set(box, children)
  return children
}
