/** Runs `bench/gateway`: its programs bundled beside each other, the gateway as it was built. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { root } from './packages.mjs'

const programs = ['main', 'upstream', 'floor', 'load']

/**
 * Resolves with whether it passed.
 * @param {readonly string[]} args Options of `bench/gateway/main.ts`.
 * @returns {Promise<boolean>}
 */
export async function benchGateway(args) {
  const outdir = fileURLToPath(new URL('.cache/bench/gateway/', root))
  await build({
    entryPoints: programs.map(name => fileURLToPath(new URL(`bench/gateway/${name}.ts`, root))),
    outdir,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outExtension: { '.js': '.js' },
    logLevel: 'error',
  })
  const { status } = spawnSync(process.execPath, [`${outdir}main.js`, ...args], {
    cwd: fileURLToPath(root),
    stdio: 'inherit',
  })
  return status === 0
}
