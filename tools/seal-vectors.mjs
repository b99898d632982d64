/**
 * Makes the vectors of the seal's format again: `npm run seal-vectors`. `packages/seal/src/vectors.test.ts` says when they are
 * out of date. Those of a frozen version never change: a vector that differs is refused, and `-- --freeze` adds new ones to them.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'vectors/seal')
const temporary = mkdtempSync(join(root, 'node_modules/.vectors-'))
/** Beside the vectors, not among them: no reader of the format needs it. */
const frozen = join(root, 'vectors/seal-version-1.json')
const bundle = join(temporary, 'vectors.mjs')

try {
  await build({
    stdin: {
      contents: "export * from './vectors.ts'; export * from './frozen-vectors.ts'",
      resolveDir: join(root, 'packages/seal/testing'),
      loader: 'ts',
    },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@streamseal/source'],
    packages: 'external',
    logLevel: 'error',
  })
  const { makeVectors, changedVectors, freezeVectors } = await import(pathToFileURL(bundle).href)
  mkdirSync(folder, { recursive: true })
  const files = await makeVectors()
  const changed = changedVectors(JSON.parse(readFileSync(frozen, 'utf8')), files)
  if (changed.length > 0) throw new Error(`Cannot change what version 1 froze: ${changed.join('; ')}`)
  for (const [name, file] of Object.entries(files)) write(join(folder, name), file)
  if (process.argv.includes('--freeze')) write(frozen, freezeVectors(files))
} finally {
  rmSync(temporary, { recursive: true })
}

/**
 * @param {string} path
 * @param {unknown} value
 */
function write(path, value) {
  writeFileSync(path, `${toAscii(JSON.stringify(value, null, 1))}\n`)
}

/** Invisible characters as escapes, so that the files can be read, compared and sent. */
function toAscii(json) {
  return json.replace(/[^\x20-\x7e\n]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
