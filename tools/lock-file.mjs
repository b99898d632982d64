/**
 * Checks what will be installed: exact versions in every `package.json`, a digest for every package of the lock file
 * (but another platform's binaries), no address of a registry or a download in it, no platform left out, and no install
 * script but the known ones.
 */
import { existsSync, readFileSync } from 'node:fs'
import { filesUnder } from './files.mjs'
import { root } from './packages.mjs'
import { missingPlatformPackages } from './platform-packages.mjs'

/** Packages whose install script runs on `npm ci`, and why each is let. */
const scriptsAllowed = new Map([
  ['node_modules/esbuild', 'checks that its binary fits the platform; works without'],
  ['node_modules/fsevents', 'macOS only, optional'],
])
const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/
const kinds = /** @type {const} */ (['dependencies', 'devDependencies', 'optionalDependencies'])

/** @typedef {import('./platform-packages.mjs').Locked} Locked */

/** @param {string} file */
const read = file => JSON.parse(readFileSync(new URL(file, root), 'utf8'))

/** @param {string} file */
const rangesIn = file =>
  kinds.flatMap(kind =>
    Object.entries(read(file)[kind] ?? {})
      .filter(([, version]) => !exact.test(String(version)))
      .map(([name, version]) => `${file}: "${name}" is "${version}", not an exact version`),
  )

/**
 * @param {string} path
 * @param {Locked} locked
 */
function complaintsAbout(path, { resolved, link, inBundle, integrity, hasInstallScript, optional, os }) {
  if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return []
  if (link) return []
  return [
    ...(resolved ? [`${path}: the lock file names the address "${resolved}"`] : []),
    ...(integrity || inBundle || (optional && os) ? [] : [`${path}: the lock file holds no digest`]),
    ...(hasInstallScript && !scriptsAllowed.has(path)
      ? [`${path}: has an install script that no one has let`]
      : []),
  ]
}

/** @type {import('./platform-packages.mjs').LockedPackages} */
const packages = read('package-lock.json').packages
const manifests = [
  'package.json',
  ...['packages', 'apps'].flatMap(folder => filesUnder(folder, /^[^/]+\/[^/]+\/package\.json$/)),
]
const wrong = [
  ...manifests.filter(file => existsSync(new URL(file, root))).flatMap(rangesIn),
  ...Object.entries(packages).flatMap(([path, locked]) => complaintsAbout(path, locked)),
  ...Object.keys(missingPlatformPackages(packages)).map(
    path => `${path}: the lock file leaves this platform out; run "npm run lock"`,
  ),
]
for (const each of wrong) console.error(each)
console.log(`lock file: ${Object.keys(packages).length} packages, ${wrong.length} wrong`)
process.exitCode = wrong.length > 0 ? 1 : 0
