/** Runs an example on any Node that we support: `npm run example -- guides/1-basic-streaming`; without a name, lists them. */
import { fileURLToPath } from 'node:url'
import { exampleFiles } from './files.mjs'
import { root } from './packages.mjs'
import { runTypeScript } from './run-typescript.mjs'

const [wanted, ...args] = process.argv.slice(2)
const names = new Map(exampleFiles().map(file => [file.slice('examples/'.length, -'.ts'.length), file]))

if (wanted === undefined) for (const name of names.keys()) console.log(name)
else await run(wanted.replace(/^examples\//, '').replace(/\.ts$/, ''))

/** @param {string} name */
async function run(name) {
  const file = names.get(name)
  if (!file) throw new RangeError(`Cannot find the example "${name}": "npm run example" lists them`)
  const { ok } = await runTypeScript(fileURLToPath(new URL(file, root)), {
    args,
    show: true,
    timeoutMs: 600_000,
  })
  process.exitCode = ok ? 0 : 1
}
