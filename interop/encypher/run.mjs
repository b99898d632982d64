/**
 * Compares the port with `encypher-ai` from PyPI, both ways, on random inputs: `node interop/encypher/run.mjs [--seed 1] [--count 200]`.
 * Needs `python3` and, the first time, PyPI; without them it says so and skips. The packages are kept in `interop/encypher/.cache`.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { judgeFolder } from '../../tools/vectors.mjs'
import { ours } from './ours.mjs'

/** Both 1.x, the last 2.x, and the newest of all that PyPI has. */
const VERSIONS = ['1.0.0', '1.1.0', '2.8.1', '3.1.6']

const here = fileURLToPath(new URL('.', import.meta.url))
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '200' } },
})
const port = await import('@streamseal/seal/encypher')

const missing = VERSIONS.map(install).find(Boolean)
if (missing) console.log(`encypher: skipped, ${missing}`)
else process.exitCode = (await theirsToOurs()) + (await oursToTheirs()) === 0 ? 0 : 1

/** Puts a version into an environment of its own; says what is missing where that fails. */
function install(version) {
  if (existsSync(python(version))) return undefined
  if (spawnSync('python3', ['--version']).status !== 0) return 'there is no python3'
  const folder = `${here}.cache/${version}`
  execFileSync('python3', ['-m', 'venv', folder])
  const pip = spawnSync(python(version), ['-m', 'pip', 'install', '-q', `encypher-ai==${version}`], {
    encoding: 'utf8',
  })
  if (pip.status === 0) return undefined
  rmSync(folder, { recursive: true })
  return `encypher-ai ${version} could not be installed: ${pip.stderr.trim().split('\n').at(-1)}`
}

function python(version) {
  return `${here}.cache/${version}/bin/python`
}

/** Records what Python gives and judges it here, byte for byte. */
function theirsToOurs() {
  const folder = `${here}.cache/recorded`
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const version of VERSIONS) {
    const script = version.startsWith('1.') ? 'record_legacy.py' : 'record_signed.py'
    execFileSync(python(version), [`${here}${script}`, version, values.seed, values.count, folder], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  }
  return judgeFolder(folder, port, line => console.log(`theirs, read here: ${line}`))
}

/** Embeds here and verifies there. */
async function oursToTheirs() {
  const texts = await ours(port, Number(values.seed), Number(values.count))
  let differing = 0
  for (const [version, items] of Object.entries(texts)) {
    const input = JSON.stringify(items)
    const verdicts = JSON.parse(
      execFileSync(python(version), [`${here}read_ours.py`, version], { input, maxBuffer: 2 ** 30 }),
    )
    const wrong = items.filter((item, i) => !item.holds(verdicts[i]))
    differing += wrong.length
    console.log(
      `ours, read by encypher-ai ${version}: ${items.length - wrong.length} verify, ${wrong.length} do not`,
    )
    for (const { kind, text } of wrong.slice(0, 5))
      console.log(`  ${kind}: ${JSON.stringify(text).slice(0, 200)}`)
  }
  return differing
}
