/** The published packages and what each lets users import. */
import { readFileSync } from 'node:fs'

/** The published packages, lowest first: each may import only those before it. */
export const packages = ['seal', 'c2pa', 'stream', 'gateway']

/** The repository's root, as a file URL that ends with a slash. */
export const root = new URL('../', import.meta.url)

/**
 * One name that users import, and the files behind it.
 * @typedef {{ package: string, subpath: string, specifier: string, source: string, built: string }} Entry
 */

/**
 * The parsed `package.json` of a folder of `packages/`.
 * @param {string} name
 * @returns {{ name: string, version: string, exports: Record<string, string | Record<string, string>>, dependencies?: Record<string, string>, peerDependencies?: Record<string, string> }}
 */
export const manifest = name =>
  JSON.parse(readFileSync(new URL(`packages/${name}/package.json`, root), 'utf8'))

/**
 * Every JavaScript entry of every published package, lowest package first.
 * @returns {Entry[]}
 */
export const entries = () => packages.flatMap(entriesOf)

/** @param {string} name */
function entriesOf(name) {
  const { name: published, exports } = manifest(name)
  return Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === 'string' ? [] : [toEntry(name, published, subpath, target)],
  )
}

/**
 * @param {string} name @param {string} published @param {string} subpath @param {Record<string, string>} target
 * @returns {Entry}
 */
function toEntry(name, published, subpath, target) {
  const file = (/** @type {string} */ condition) => `packages/${name}/${target[condition]?.slice(2)}`
  return {
    package: name,
    subpath,
    specifier: published + subpath.slice(1),
    source: file('@streamseal/source'),
    built: file('default'),
  }
}
