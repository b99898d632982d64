/** Keeps what a long proof measured, in `docs/proofs`, with where and when it was measured. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** One measured fact: what, and its value with its unit. */
export type Row = readonly [what: string, value: string]

/** Writes `docs/proofs/<name>.md`: the claim, then a table of what was measured. Run from the repository's root. */
export function keepResults(name: string, claim: string, rows: readonly Row[]): void {
  const table = [...rows, ...measuredWhere()].map(([what, value]) => `| ${what} | ${value} |`)
  const text = [`# ${name}`, '', claim, '', '| what | value |', '| --- | --- |', ...table, ''].join('\n')
  writeFileSync(`docs/proofs/${name}.md`, text)
}

/** When and where something is measured now. Run from the repository's root. */
export function measuredWhere(): Row[] {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  return [
    ['when', new Date().toISOString().slice(0, 10)],
    ['commit', commit],
    ['machine', `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`],
  ]
}
