/** JUMBF URIs inside one manifest store (C2PA 2.4 clause 8.4.2.1): relative to the manifest, or to the store. */

const PREFIX = 'self#jumbf='

/** The URI of an assertion, as the claim of the same manifest writes it. */
export const assertionUri = (label: string): string => `${PREFIX}c2pa.assertions/${label}`

/** The URI of the claim signature, from the store down, so that the claim also names its own manifest. */
export const signatureUri = (manifestLabel: string): string =>
  `${PREFIX}/c2pa/${manifestLabel}/c2pa.signature`

/** The URI of an assertion from the store down, as it is named outside its manifest. */
export const absoluteAssertionUri = (manifestLabel: string, label: string): string =>
  `${PREFIX}/c2pa/${manifestLabel}/c2pa.assertions/${label}`

/** Where a URI points: into which manifest of the store, and along which labels. */
export interface Location {
  manifest: string
  path: string[]
}

/** Takes apart a URI that stands in the manifest `manifestLabel`; `undefined` where it leaves the store. */
export function locate(uri: string, manifestLabel: string): Location | undefined {
  if (!uri.startsWith(PREFIX)) return undefined
  const path = uri.slice(PREFIX.length).split('/')
  if (path[0] !== '') return { manifest: manifestLabel, path }
  const [, store, manifest = '', ...rest] = path
  return store === 'c2pa' && manifest !== '' ? { manifest, path: rest } : undefined
}

/** Whether a URI is one of this scheme, wherever in the store it points. */
export const isJumbfUri = (uri: string): boolean => uri.startsWith(PREFIX)

/** The path of a URI inside its manifest, or `undefined` where it points elsewhere or nowhere. */
export function pathWithin(uri: string, manifestLabel: string): string[] | undefined {
  const location = locate(uri, manifestLabel)
  return location?.manifest === manifestLabel ? location.path : undefined
}

/** The label of the assertion that a URI of this manifest names, if it names one. */
export function assertionLabel(uri: string, manifestLabel: string): string | undefined {
  const path = pathWithin(uri, manifestLabel)
  return path?.length === 2 && path[0] === 'c2pa.assertions' ? path[1] : undefined
}

/** Whether `label` is `base`, or another of its kind: `base__1` (clause 6.4). */
export const isInstanceOf = (label: string, base: string): boolean =>
  label === base || (label.startsWith(`${base}__`) && /^\d+$/.test(label.slice(base.length + 2)))
