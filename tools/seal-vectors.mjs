/** Makes the vectors of the seal's format again: `npm run seal-vectors`. `packages/seal/src/vectors.test.ts` says when they are out of date. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'vectors/seal')
const temporary = mkdtempSync(join(root, 'node_modules/.vectors-'))
const bundle = join(temporary, 'vectors.mjs')

try {
  await build({
    entryPoints: [join(root, 'packages/seal/testing/vectors.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@streamseal/source'],
    packages: 'external',
    logLevel: 'error',
  })
  const { makeVectors } = await import(pathToFileURL(bundle).href)
  mkdirSync(folder, { recursive: true })
  for (const [name, file] of Object.entries(await makeVectors())) {
    writeFileSync(join(folder, name), `${toAscii(JSON.stringify(file, null, 1))}\n`)
  }
} finally {
  rmSync(temporary, { recursive: true })
}

/** Invisible characters as escapes, so that the files can be read, compared and sent. */
function toAscii(json) {
  return json.replace(/[^\x20-\x7e\n]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
