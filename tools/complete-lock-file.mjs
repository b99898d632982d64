/** Adds to the lock file the platform packages that it lacks: `npm run lock`, after `npm install`; see `decisions/`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { root } from './packages.mjs'
import { missingPlatformPackages } from './platform-packages.mjs'

const file = new URL('package-lock.json', root)
const lock = JSON.parse(readFileSync(file, 'utf8'))
const missing = missingPlatformPackages(lock.packages)
const paths = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, 'en'))
if (Object.keys(missing).length > 0) {
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(paths) }, undefined, 2)}\n`)
}
console.log(`lock file: ${Object.keys(missing).length} platform packages added`)
