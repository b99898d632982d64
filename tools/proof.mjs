/**
 * Runs a long proof by name; without a name, lists them. A proof is a program of `proofs/`, see `proofs/README.md`.
 *
 *     npm run proof
 *     npm run proof -- fuzz --minutes 10
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { filesUnder } from './files.mjs'
import { root } from './packages.mjs'
import { runTypeScript } from './run-typescript.mjs'

const [wanted, ...args] = process.argv.slice(2)
const proofs = new Map(filesUnder('proofs', /^proofs\/[^/]+\.proof\.ts$/).map(file => [nameOf(file), file]))

if (wanted === undefined) list()
else await prove(wanted)

/** @param {string} file */
function nameOf(file) {
  return file.slice('proofs/'.length, -'.proof.ts'.length)
}

function list() {
  for (const [name, file] of proofs) console.log(`${name.padEnd(20)} ${purposeOf(file)}`)
  console.log(`${proofs.size} proofs; run one with "npm run proof -- <name>"`)
}

/**
 * The first sentence of the comment that opens the file.
 * @param {string} file
 */
function purposeOf(file) {
  const text = readFileSync(new URL(file, root), 'utf8')
  return /^\/\*\*\s*([\s\S]*?[.:])(\s|\*\/)/.exec(text)?.[1]?.replaceAll(/\s*\n \* ?/g, ' ') ?? ''
}

/** @param {string} name */
async function prove(name) {
  const file = proofs.get(name)
  if (!file) throw new RangeError(`Cannot find the proof "${name}" among: ${[...proofs.keys()].join(', ')}`)
  const { ok } = await runTypeScript(fileURLToPath(new URL(file, root)), {
    args,
    show: true,
    timeoutMs: 24 * 3_600_000,
  })
  process.exitCode = ok ? 0 : 1
}
