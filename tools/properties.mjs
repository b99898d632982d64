/** `npm run properties`: the seal's properties S1–S15 and the tests that show them, by the ids in the tests' titles; with `--json` the same table as JSON. Fails where a property has no test. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const properties = [
  'Nothing waits',
  'Content is bound',
  'Every prefix counts',
  'Every excerpt counts',
  'Honest handling survives',
  'Stripping is exact',
  'Chunking is irrelevant',
  'It is invisible to the reader',
  'It breaks nothing',
  'Forging needs the key',
  'Verification is total',
  'Seals do not fight',
  'Size is bounded and chosen',
  'The claims say what the law asks',
  'Hidden payloads are seen',
]
/** The title of a test, of a group, or of a table of tests. */
const title = /(?:\b(?:test|it|describe)(?:\.\w+)?\(|\)\()\s*(['"`])((?:S\d+ )+(?:(?!\1)[^\\]|\\.)*)\1/g

const shown = new Map(properties.map((_, i) => [`S${i + 1}`, []]))
for (const file of testFiles(['packages', 'apps', 'proofs', 'tools'])) {
  for (const [, , text] of readFileSync(file, 'utf8').matchAll(title)) {
    for (const [id] of text.matchAll(/\bS\d+(?= )/g)) shown.get(id)?.push({ file, text })
  }
}

const rows = properties.map((name, i) => row(`S${i + 1}`, name))
if (process.argv.includes('--json')) console.log(JSON.stringify(rows, null, 2))
else for (const each of rows) print(each)
const missing = [...shown].filter(([, tests]) => tests.length === 0).map(([id]) => id)
if (missing.length > 0) {
  console.error(`\nNo test shows ${missing.join(', ')}.`)
  process.exitCode = 1
}

/** A property and what shows it. */
function row(id, name) {
  const tests = shown.get(id).map(({ file, text }) => ({
    title: text.replace(/^(S\d+ )+/, '').replaceAll("\\'", "'"),
    file: relative(root, file),
  }))
  return { id, name, tests }
}

function print({ id, name, tests }) {
  console.log(`\n${id} ${name}: ${tests.length} ${tests.length === 1 ? 'title' : 'titles'}`)
  for (const { title, file } of tests) console.log(`  ${title}  (${file})`)
}

function testFiles(folders) {
  return folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true })
      .map(name => join(root, folder, name))
      .filter(name => /\.test\.(ts|mjs)$/.test(name) && !/node_modules|dist/.test(name)),
  )
}
