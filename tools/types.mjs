/**
 * Type-checks everything from source. A folder has a `tsconfig.json`, and where its parts live under other rules
 * (a browser's, a test's) further `tsconfig.*.json`; those for builds are left to the build.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
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

/** @type {string[]} */
const failed = []
const queue = [...projects]
const work = async () => {
  for (let project = queue.shift(); project; project = queue.shift()) {
    if (!(await passes(project))) failed.push(project)
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work))
for (const project of failed) console.error(`${project} failed`)
process.exitCode = failed.length > 0 ? 1 : 0
console.log(`types: ${projects.length} projects, ${failed.length} failed`)

/**
 * @param {string} project
 * @returns {Promise<boolean>}
 */
function passes(project) {
  const child = spawn(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], {
    cwd: root,
    stdio: 'inherit',
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => resolve(code === 0))
  })
}
