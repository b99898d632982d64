/**
 * Compares every public name with the kept list, `docs/exports.txt`, so that no name comes or goes unseen.
 * `node tools/exports.mjs --write` keeps what is there now.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from './packages.mjs'
import { publicNames } from './public-names.mjs'

const kept = new URL('docs/exports.txt', root)
const lines = publicNames().map(({ entry, kind, name }) => `${entry.specifier} ${kind} ${name}`)

if (process.argv.includes('--write')) {
  writeFileSync(kept, `${lines.join('\n')}\n`)
  console.log(`exports: ${lines.length} names kept in docs/exports.txt`)
} else {
  compare(existsSync(kept) ? readFileSync(kept, 'utf8').split('\n').filter(Boolean) : [])
}

/** @param {string[]} before */
function compare(before) {
  const gone = before.filter(line => !lines.includes(line))
  const come = lines.filter(line => !before.includes(line))
  for (const line of gone) console.error(`gone: ${line}`)
  for (const line of come) console.error(`new:  ${line}`)
  const changed = gone.length + come.length
  if (changed > 0) {
    console.error(
      'Public names changed: if that is meant, run "npm run exports -- --write" and say so in the changelog.',
    )
    process.exitCode = 1
  }
  console.log(`exports: ${lines.length} names, ${changed} changed`)
}
