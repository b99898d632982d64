/** The share of segments that come back after rendering, as docs/seal-skeleton.md prints it. STREAMSEAL_UPDATE=1 writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { answers } from './corpus.ts'
import { renderers } from './renderers.ts'
import { segmentsOf, shareOf } from './share.ts'

const file = new URL('../../../docs/seal-skeleton.md', import.meta.url)
const begin = '<!-- share: begin -->\n'
const end = '<!-- share: end -->'

function measuredTable(): string {
  const texts = answers.map(({ text }) => ({ text, segments: segmentsOf(text) }))
  const rows = renderers.map(renderer => {
    const shares = texts.map(({ text, segments }) => shareOf(text, segments, renderer))
    const kept = shares.reduce((sum, share) => sum + share.kept, 0)
    const flagged = shares.reduce((sum, share) => sum + share.notComparable, 0)
    const altered = shares.reduce((sum, share) => sum + share.altered.length, 0)
    const percent = ((100 * kept) / (kept + flagged + altered)).toFixed(1)
    return `| ${renderer.name} | ${kept} | ${flagged} | ${altered} | ${percent} % |\n`
  })
  return `| renderer | reformatted or better | not comparable | altered | share |\n|---|---:|---:|---:|---:|\n${rows.join('')}`
}

test('the table of shares in the documentation is what is measured', () => {
  const page = readFileSync(file, 'utf8')
  const from = page.indexOf(begin) + begin.length
  const to = page.indexOf(end)
  const table = measuredTable()
  if (process.env.STREAMSEAL_UPDATE !== undefined)
    writeFileSync(file, page.slice(0, from) + table + page.slice(to))
  else expect(page.slice(from, to)).toBe(table)
})
