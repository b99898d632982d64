/**
 * Type-checks and runs the examples of the documentation: every ```ts fence under an `@example` in the packages'
 * source, and every ```ts fence in the READMEs and `docs/`. A fence marked ```ts no-run is only type-checked: it needs
 * a key or a network. Each runs alone, in its own process, and imports by public name.
 *
 * `node tools/doc-examples.mjs [text]` takes only the files whose path contains the text.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { examplesInMarkdown, examplesInSource } from './examples-in.mjs'
import { filesUnder } from './files.mjs'
import { root } from './packages.mjs'
import { runTypeScript } from './run-typescript.mjs'

/** @typedef {{ place: string, file: string, runs: boolean }} Placed An example, written to `file`. */

const rootPath = fileURLToPath(root)
const cache = join(rootPath, '.cache/examples')
const only = process.argv[2] ?? ''
const source = /^packages\/[^/]+\/src\/.*(?<!\.test|\.test-helper)\.tsx?$/
const prose = /^(README\.md|docs\/.*\.md|(packages\/[^/]+|examples|bench|interop)\/(.*\/)?README\.md)$/

// An example is a user's program: checked as strictly as ours, against the built packages.
const project = {
  extends: '../../tsconfig.base.json',
  compilerOptions: { customConditions: [], types: ['node'], isolatedDeclarations: false, declaration: false },
  include: ['*.ts'],
}

rmSync(cache, { recursive: true, force: true })
mkdirSync(cache, { recursive: true })
const examples = ['packages', 'docs', 'examples', 'bench', 'interop']
  .flatMap(folder => filesUnder(folder, /\.(tsx?|md)$/))
  .concat('README.md')
  .filter(file => file.includes(only))
  .flatMap(examplesOf)
const wrong = [...typeErrors(), ...(await failures(examples.filter(({ runs }) => runs)))]
for (const each of wrong) console.error(each)
const ran = examples.filter(({ runs }) => runs).length
console.log(
  `doc examples: ${examples.length} type-checked, ${ran} run, ${examples.length - ran} marked no-run, ${wrong.length} wrong`,
)
process.exitCode = wrong.length > 0 ? 1 : 0

/**
 * @param {string} path
 * @returns {Placed[]}
 */
function examplesOf(path) {
  const extract = source.test(path) ? examplesInSource : prose.test(path) ? examplesInMarkdown : () => []
  return extract(readFileSync(join(rootPath, path), 'utf8')).map(({ code, line, runs }) => {
    const file = join(cache, `${path.replaceAll(/[/.]/g, '-')}-${line}.ts`)
    writeFileSync(file, `${code}\nexport {}\n`)
    return { place: `${path}:${line}`, file, runs }
  })
}

/** What the compiler says of the examples, with their places in the documentation. */
function typeErrors() {
  writeFileSync(join(cache, 'tsconfig.json'), JSON.stringify(project))
  const tsc = join(rootPath, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', cache, '--pretty', 'false'], {
    cwd: cache,
    encoding: 'utf8',
  })
  return status === 0 ? [] : stdout.trim().split('\n').map(inPlace)
}

/** @param {string} message */
function inPlace(message) {
  const example = examples.find(({ file }) => message.startsWith(`${file.slice(cache.length + 1)}(`))
  return example ? `${example.place}: ${message}` : message
}

/**
 * Runs the examples, a few at a time, and returns what went wrong.
 * @param {Placed[]} waiting
 * @returns {Promise<string[]>}
 */
async function failures(waiting) {
  /** @type {string[]} */
  const messages = []
  const queue = [...waiting]
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { ok, output } = await runTypeScript(next.file).catch(error => ({
        ok: false,
        output: String(error),
      }))
      if (!ok) messages.push(`${next.place}: failed\n${output.trimEnd()}`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return messages
}
