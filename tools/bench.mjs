/**
 * Runs benchmarks from source: `npm run bench -- [name…] [--check]`; see `bench/README.md`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { benchGateway } from './bench-gateway.mjs'
import { filesUnder } from './files.mjs'
import { root } from './packages.mjs'

const wanted = process.argv.slice(2).filter(arg => !arg.startsWith('--'))
const options = process.argv.slice(2).filter(arg => arg.startsWith('--'))
const check = options.includes('--check')
const isAll = wanted.length === 0
const benchmarks = filesUnder('bench', /^bench\/[^/]+\.bench\.ts$/)
  .map(file => ({ file, name: file.slice('bench/'.length, -'.bench.ts'.length) }))
  .filter(({ name }) => isAll || wanted.includes(name))
// What runs as several processes is no module of the harness.
const hasGateway = isAll || wanted.includes('gateway')
const unknown = wanted.filter(name => name !== 'gateway' && !benchmarks.some(each => each.name === name))
if (unknown.length > 0) throw new RangeError(`Cannot find the benchmark "${unknown.join('", "')}"`)

if (benchmarks.length > 0) await benchInOneProcess()
// Among all the others it takes its short form.
const gatewayOptions = isAll && !check ? [...options, '--short'] : options
if (hasGateway && !(await benchGateway(gatewayOptions))) process.exitCode = 1

async function benchInOneProcess() {
  const program = [
    "import { benchAll } from './bench/main.ts'",
    ...benchmarks.map(({ file }, index) => `import { benchmark as benchmark${index} } from './${file}'`),
    `const all = new Map([${benchmarks.map(({ name }, index) => `['${name}', benchmark${index}]`).join(', ')}])`,
    `process.exitCode = (await benchAll(all, ${check})) ? 0 : 1`,
  ].join('\n')

  // Bundled, so that what is measured is what a release build would run, and on any Node that we support.
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(root), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    conditions: ['@streamseal/source'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
    logLevel: 'error',
  })
  const folder = fileURLToPath(new URL('.cache/bench/', root))
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}main.mjs`, outputFiles[0]?.contents ?? '')
  await import(pathToFileURL(`${folder}main.mjs`).href)
}
