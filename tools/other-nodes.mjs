/**
 * Runs the suite on the Node versions that we support and that this is not: the oldest and the current LTS. Each is an
 * npm package, kept under `.cache` and never installed as a dependency, where its `node` would shadow the user's.
 *
 *     node tools/other-nodes.mjs [arguments for vitest]
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { root } from './packages.mjs'

/** The oldest (`engines`), and the line that was the long-term one when this was last looked at (November 2026). */
const versions = ['20.19.6', '24.21.0']
const suite = [
  fileURLToPath(new URL('node_modules/vitest/vitest.mjs', root)),
  'run',
  ...process.argv.slice(2),
]
const major = (/** @type {string} */ version) => version.split('.')[0]
const others = versions.filter(version => major(version) !== major(process.versions.node))

const failed = others.filter(version => {
  console.log(`\nThe suite on Node ${version}: vitest ${suite.slice(1).join(' ')}`)
  return spawnSync(nodeOf(version), suite, { cwd: root, stdio: 'inherit' }).status !== 0
})
for (const version of failed) console.error(`The suite failed on Node ${version}`)
process.exitCode = failed.length > 0 ? 1 : 0

/**
 * The path of a Node of that version, installed where it is missing.
 * @param {string} version
 */
function nodeOf(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const folder = fileURLToPath(new URL(`.cache/node-${version}`, root))
  const program = `${folder}/node_modules/${name}/bin/node`
  if (!existsSync(program)) {
    execFileSync('npm', ['install', '--prefix', folder, '--no-save', `${name}@${version}`], {
      stdio: 'inherit',
    })
  }
  return program
}
