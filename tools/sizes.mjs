/** Bundles what users import, as their bundler would, and checks each bundle against `sizes-table.mjs`. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { root } from './packages.mjs'
import { bundles } from './sizes-table.mjs'

const rootPath = fileURLToPath(root)

/** @param {import('./sizes-table.mjs').Bundle} bundle */
async function measure(bundle) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: bundle.code, resolveDir: rootPath, sourcefile: 'entry.js' },
    bundle: true,
    minify: true,
    splitting: true,
    outdir: rootPath,
    write: false,
    metafile: true,
    absWorkingDir: rootPath,
    format: 'esm',
    target: 'es2022',
    platform: bundle.platform,
    conditions: ['@streamseal/source'],
    logLevel: 'silent',
  })
  const loaded = loadedAtOnce(metafile)
  const files = outputFiles.filter(({ path }) => loaded.has(relative(rootPath, path)))
  const text = files.map(file => file.text).join('')
  const whole = outputFiles.map(file => file.text).join('')
  const lowerCase = text.toLowerCase()
  return {
    ...bundle,
    bytes: Buffer.byteLength(text),
    gzipBytes: gzipped(text),
    wholeGzipBytes: gzipped(whole),
    leaked: bundle.forbidden.filter(word => lowerCase.includes(word.toLowerCase())),
  }
}

/** @param {string} text */
function gzipped(text) {
  return gzipSync(text, { level: 9 }).length
}

/**
 * The files that load with the entry; what is imported only when it is needed is not counted.
 * @param {import('esbuild').Metafile} metafile
 */
function loadedAtOnce({ outputs }) {
  const loaded = new Set(Object.keys(outputs).filter(path => outputs[path]?.entryPoint === 'entry.js'))
  for (const path of loaded) {
    const imports = outputs[path]?.imports.filter(
      ({ kind, external }) => kind === 'import-statement' && !external,
    )
    for (const each of imports ?? []) loaded.add(each.path)
  }
  return loaded
}

/** @param {Awaited<ReturnType<typeof measure>>} measured */
function complaints({
  name,
  gzipBytes,
  maxGzipBytes,
  wholeGzipBytes,
  maxWholeGzipBytes = Number.POSITIVE_INFINITY,
  leaked,
}) {
  return [
    ...(wholeGzipBytes > maxWholeGzipBytes
      ? [`${name}: ${wholeGzipBytes} bytes compressed with all its parts, more than ${maxWholeGzipBytes}`]
      : []),
    ...(gzipBytes > maxGzipBytes
      ? [`${name}: ${gzipBytes} bytes compressed, more than ${maxGzipBytes}`]
      : []),
    ...leaked.map(word => `${name}: contains "${word}"`),
  ]
}

const measured = await Promise.all(bundles.map(measure))
for (const { name, bytes, gzipBytes, maxGzipBytes, wholeGzipBytes } of measured) {
  const later = wholeGzipBytes > gzipBytes ? `; ${wholeGzipBytes} with what loads when it is needed` : ''
  console.log(`${name}: ${bytes} bytes minified, ${gzipBytes} compressed (ceiling ${maxGzipBytes})${later}`)
}
const wrong = measured.flatMap(complaints)
for (const each of wrong) console.error(each)
console.log(`sizes: ${measured.length} bundles, ${wrong.length} wrong`)
process.exitCode = wrong.length > 0 ? 1 : 0
