/**
 * The quality gate: runs every step, shows what failed and how long each took; one failure does not hide the others.
 *
 *     npm run ok                            everything
 *     npm run ok -- layers types            these steps alone
 *     npm run ok -- --without build,tests   all but these
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { root } from './packages.mjs'
import { steps } from './steps.mjs'

/** @typedef {{ step: import('./steps.mjs').Step, ok: boolean, output: string, seconds: number }} Outcome */

const outcomes = []
for (const step of chosen()) outcomes.push(await run(step))

const failed = outcomes.filter(({ ok }) => !ok)
const names = failed.map(({ step }) => step.name).join(', ')
const total = outcomes.reduce((sum, { seconds }) => sum + seconds, 0)
console.log(
  `\n${outcomes.length} steps in ${total.toFixed(0)} s: ${failed.length > 0 ? `${names} failed` : 'all passed'}`,
)
process.exitCode = failed.length > 0 ? 1 : 0

function chosen() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { without: { type: 'string', default: '' } },
  })
  const without = values.without.split(',').filter(Boolean)
  for (const name of [...positionals, ...without]) {
    if (!steps.some(step => step.name === name)) throw new RangeError(`Cannot find the step "${name}"`)
  }
  return steps.filter(
    ({ name }) => (positionals.length === 0 || positionals.includes(name)) && !without.includes(name),
  )
}

/**
 * @param {import('./steps.mjs').Step} step
 * @returns {Promise<Outcome>}
 */
async function run(step) {
  const start = performance.now()
  const { ok, output } = await outputOf(step)
  const seconds = (performance.now() - start) / 1000
  console.log(`${ok ? '✓' : '✗'} ${step.name.padEnd(9)} ${seconds.toFixed(1).padStart(6)} s  ${step.says}`)
  console.log(ok ? indented(lastLine(output)) : output.trimEnd())
  return { step, ok, output, seconds }
}

/**
 * @param {import('./steps.mjs').Step} step
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function outputOf({ module, args = [] }) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(module, root)), ...args], {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', chunk => {
      output += chunk
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ ok: code === 0, output }))
  })
}

/** @param {string} text */
function lastLine(text) {
  return text.trimEnd().split('\n').at(-1) ?? ''
}

/** @param {string} text */
function indented(text) {
  return text === '' ? '' : `${' '.repeat(12)}${text}`
}
