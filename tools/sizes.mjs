/** Bundles what users import, as their bundler would, and checks each bundle against `sizes-table.mjs`. */
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { root } from './packages.mjs'
import { bundles } from './sizes-table.mjs'

/** @param {import('./sizes-table.mjs').Bundle} bundle */
async function measure(bundle) {
  const { outputFiles } = await build({
    stdin: { contents: bundle.code, resolveDir: fileURLToPath(root) },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: bundle.platform,
    conditions: ['@streamseal/source'],
    logLevel: 'error',
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  const text = new TextDecoder().decode(code).toLowerCase()
  const gzipBytes = gzipSync(code, { level: 9 }).length
  const leaked = bundle.forbidden.filter(word => text.includes(word.toLowerCase()))
  return { ...bundle, bytes: code.length, gzipBytes, leaked }
}

/** @param {Awaited<ReturnType<typeof measure>>} measured */
function complaints({ name, gzipBytes, maxGzipBytes, leaked }) {
  return [
    ...(gzipBytes > maxGzipBytes
      ? [`${name}: ${gzipBytes} bytes compressed, more than ${maxGzipBytes}`]
      : []),
    ...leaked.map(word => `${name}: contains "${word}"`),
  ]
}

const measured = await Promise.all(bundles.map(measure))
for (const { name, bytes, gzipBytes, maxGzipBytes } of measured) {
  console.log(`${name}: ${bytes} bytes minified, ${gzipBytes} compressed (ceiling ${maxGzipBytes})`)
}
const wrong = measured.flatMap(complaints)
for (const each of wrong) console.error(each)
console.log(`sizes: ${measured.length} bundles, ${wrong.length} wrong`)
process.exitCode = wrong.length > 0 ? 1 : 0
