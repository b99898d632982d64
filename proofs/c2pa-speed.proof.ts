/** Verifying 10 MB of C2PA-signed text costs at most three times NFC and SHA-256. `--break` allows one tenth of that and must fail. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { timeVerification } from '../bench/c2pa-verify.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
const allowed = values.break ? 0.3 : 3
const python = join(process.cwd(), '.cache/interop-c2pa/venv/bin/python')
const program = `
import statistics, sys, time, c2patxt
text = open(sys.argv[1], encoding="utf-8", newline="").read()
times = []
for _ in range(3):
    start = time.perf_counter()
    state = c2patxt.verify(text).state
    times.append((time.perf_counter() - start) * 1000)
assert str(state) != "Provenance.INVALID", state
print(statistics.median(times))
`

/** How long `c2patxt` takes for the same text; `undefined` where it is not installed. */
function timeC2patxt(text: string): number | undefined {
  if (!existsSync(python)) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'c2pa-speed-'))
  writeFileSync(join(folder, 'text.txt'), text)
  const printed = execFileSync(python, ['-c', program, join(folder, 'text.txt')], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  return Number(printed)
}

const rows: Row[] = []
for (const kind of ['ascii', 'latin', 'chinese'] as const) {
  const { floorMs, verifyMs, ratio, text } = await timeVerification(kind, 10, Number(values.rounds))
  const theirs = timeC2patxt(text)
  const beside =
    theirs === undefined
      ? 'not installed'
      : `${theirs.toFixed(0)} ms, ${(theirs / verifyMs).toFixed(1)} times ours`
  const ours = `${verifyMs.toFixed(1)} ms, floor ${floorMs.toFixed(1)} ms, ratio ${ratio.toFixed(2)}`
  console.log(`${kind}: ${ours}; c2patxt: ${beside}`)
  rows.push([`10 MB, ${kind}`, ours], [`10 MB, ${kind}, c2patxt 0.2.0`, beside])
  if (ratio > allowed) process.exitCode = 1
}
if (values.keep)
  keepResults(
    'c2pa-speed',
    'Verifying 10 MB of C2PA-signed text costs at most three times NFC and SHA-256.',
    rows,
  )
