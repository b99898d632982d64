/**
 * Type-checks everything from source. A folder has a `tsconfig.json`, and where its parts live under other rules
 * (a browser's, a test's) further `tsconfig.*.json`; those for builds are left to the build.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { packages, root } from './packages.mjs'

const folders = [
  ...packages.map(name => `packages/${name}`),
  'apps/web',
  'examples',
  'bench',
  'proofs',
  'tools',
]
const projects = folders.flatMap(projectsIn)

/** @param {string} folder */
function projectsIn(folder) {
  const path = new URL(`${folder}/`, root)
  const files = existsSync(path) ? readdirSync(path) : []
  return files.filter(file => /^tsconfig(\.(?!build)\w+)?\.json$/.test(file)).map(file => `${folder}/${file}`)
}

const failed = projects.filter(
  file =>
    spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', file], {
      cwd: root,
      stdio: 'inherit',
    }).status !== 0,
)
for (const project of failed) console.error(`${project} failed`)
process.exitCode = failed.length > 0 ? 1 : 0
console.log(`types: ${projects.length} projects, ${failed.length} failed`)
