/** Measures what a live sealer holds: `npm run seal-memory`; see `bench/seal-memory.ts`. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { root } from './packages.mjs'

const program = fileURLToPath(new URL('.cache/run/seal-memory.mjs', root))
mkdirSync(new URL('.cache/run/', root), { recursive: true })
await build({
  entryPoints: [fileURLToPath(new URL('bench/seal-memory.ts', root))],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['@streamseal/source'],
  logLevel: 'error',
})
execFileSync(process.execPath, ['--expose-gc', program], { stdio: 'inherit' })
