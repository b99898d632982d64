/** Runs a TypeScript program on any Node that we support: the packages as users get them, everything else bundled in. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { root } from './packages.mjs'

// Inside the repository, so that `@streamseal/…` resolves as it does for a user: to the built files.
const cache = fileURLToPath(new URL('.cache/run/', root))

/**
 * @typedef {{ ok: boolean, output: string }} Outcome `output` is what it printed, errors included.
 */

/**
 * Runs `file` to its end; a program that has not ended after `timeoutMs` is stopped and has failed.
 * @param {string} file
 * @param {{ timeoutMs?: number, args?: string[], show?: boolean }} [options] `show` prints as it runs.
 * @returns {Promise<Outcome>}
 */
export async function runTypeScript(file, { timeoutMs = 60_000, args = [], show = false } = {}) {
  mkdirSync(cache, { recursive: true })
  const program = join(cache, `${basename(file, '.ts')}-${process.pid}-${counter++}.mjs`)
  await build({
    entryPoints: [file],
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'silent',
  })
  return runNode(program, { timeoutMs, args, show })
}
let counter = 0

/**
 * @param {string} program
 * @param {{ timeoutMs: number, args: string[], show: boolean }} options
 * @returns {Promise<Outcome>}
 */
function runNode(program, { timeoutMs, args, show }) {
  const child = spawn(process.execPath, ['--enable-source-maps', program, ...args], {
    cwd: fileURLToPath(root),
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', chunk => {
      output += chunk
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const ended = signal ? `${output}stopped by ${signal} after ${timeoutMs} ms` : output
      resolve({ ok: code === 0, output: ended })
    })
  })
}
