/** JUMBF URIs inside one manifest store (C2PA 2.4 clause 8.4.2.1): relative to the manifest, or to the store. */

const PREFIX = 'self#jumbf='

/** The URI of an assertion, as the claim of the same manifest writes it. */
export const assertionUri = (label: string): string => `${PREFIX}c2pa.assertions/${label}`

/** The URI of the claim signature, from the store down, so that the claim also names its own manifest. */
export const signatureUri = (manifestLabel: string): string =>
  `${PREFIX}/c2pa/${manifestLabel}/c2pa.signature`

/** The path of a URI inside its manifest, or `undefined` where it points elsewhere or nowhere. */
export function pathWithin(uri: string, manifestLabel: string): string[] | undefined {
  if (!uri.startsWith(PREFIX)) return undefined
  const path = uri.slice(PREFIX.length).split('/')
  if (path[0] !== '') return path
  return path[1] === 'c2pa' && path[2] === manifestLabel ? path.slice(3) : undefined
}

/** The label of the assertion that a URI of this manifest names, if it names one. */
export function assertionLabel(uri: string, manifestLabel: string): string | undefined {
  const path = pathWithin(uri, manifestLabel)
  return path?.length === 2 && path[0] === 'c2pa.assertions' ? path[1] : undefined
}

/** The label of the manifest that a URI of the store names, if it names one. */
export function manifestLabelOf(uri: string): string | undefined {
  const path = uri.startsWith(`${PREFIX}/c2pa/`) ? uri.slice(`${PREFIX}/c2pa/`.length).split('/') : []
  return path.length === 1 && path[0] !== '' ? path[0] : undefined
}

/** Whether `label` is `base`, or another of its kind: `base__1` (clause 6.4). */
export const isInstanceOf = (label: string, base: string): boolean =>
  label === base || (label.startsWith(`${base}__`) && /^\d+$/.test(label.slice(base.length + 2)))
