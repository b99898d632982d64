/** No text makes a reader of the seal throw, leave its text, take more than linear time, or believe what was not sealed: fuzzing guided by coverage. `--break` promises something wrong and must fail. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Coverage, startCoverage } from './fuzz/coverage.ts'
import { holds } from './fuzz/finding.ts'
import { type Finding, Fuzzer } from './fuzz/fuzzer.ts'
import { readKept, writeKept } from './fuzz/kept-corpus.ts'
import { createRandom, type Random } from './fuzz/random.ts'
import { answers, byteSeeds, foreignSeeds, type SealedSeed, sealedSeeds } from './fuzz/seeds.ts'
import { type Target, targets } from './fuzz/targets.ts'
import { weSealed } from './fuzz/verified.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    target: { type: 'string' },
    findings: { type: 'string', default: '.cache/fuzz-findings.json' },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
const startMs = Date.now()
const endMs = startMs + Number(values.minutes) * 60_000
console.log(`seed ${values.seed}, ${values.minutes} minutes`)

const wrong: Target = {
  name: 'wrong',
  run: text => holds(!text.includes('\u200b'), 'a text holds no U+200B'),
}
const chosen = values.break
  ? [wrong]
  : targets.filter(({ name }) => values.target === undefined || name === values.target)
const sealed = await sealedSeeds()
for (const { text } of sealed) weSealed(text)
const fuzzers = await start(createRandom(Number(values.seed)), startCoverage(import.meta.url), sealed)
await fuzz()
const findings = fuzzers.flatMap(each => each.findings)
for (const finding of findings) console.error(shown(finding))
if (findings.length > 0) writeFileSync(values.findings, JSON.stringify(findings, null, 2))
console.log(summary())
if (values.keep) await keep()
process.exitCode = findings.length > 0 || fuzzers.length === 0 ? 1 : 0

async function start(random: Random, coverage: Coverage, seeds: readonly SealedSeed[]): Promise<Fuzzer[]> {
  const made: Fuzzer[] = []
  for (const target of chosen) {
    const inputs = [...readKept(target.name), ...inputsFor(target, seeds)]
    const fuzzer = new Fuzzer(target, inputs, { coverage, random })
    await fuzzer.start()
    console.log(`${target.name}: ${inputs.length} inputs reach ${fuzzer.reach.blocks} blocks`)
    made.push(fuzzer)
  }
  return made
}

function inputsFor({ name, takesBytes }: Target, seeds: readonly SealedSeed[]): string[] {
  if (name === 'encypher-jumbf') return ['\0\0\0\x0ajumb{}']
  if (takesBytes) return byteSeeds(seeds)
  if (name === 'detached') return ['', ...seeds.flatMap(({ detached }) => detached ?? [])]
  const texts = seeds.map(({ text }) => text)
  if (name === 'verify')
    return [...texts, ...seeds.map(({ text, detached }) => `${text}\0\x01${detached ?? ''}`)]
  if (name === 'encypher-json') return ['{"model_id": "gpt-4", "x": [1, 2.5e3, "\\u00e9", null, true, NaN]}']
  if (name === 'scanner' || name === 'skeleton' || name === 'seal') return ['', ...answers]
  return ['', ...texts, ...foreignSeeds(), ...answers]
}

async function fuzz(): Promise<void> {
  let shownMs = Date.now()
  while (Date.now() < endMs) {
    for (const fuzzer of fuzzers) {
      await fuzzer.turn()
      if (Date.now() - shownMs < 20_000) continue
      shownMs = Date.now()
      console.log(`${((Date.now() - startMs) / 60_000).toFixed(1)} min: ${summary()}`)
      for (const finding of fuzzers.flatMap(each => each.findings)) console.log(shown(finding))
    }
  }
}

function summary(): string {
  const executions = fuzzers.reduce((sum, each) => sum + each.executions, 0)
  const found = fuzzers.reduce((sum, each) => sum + each.findings.length, 0)
  return `${executions} executions, ${found} findings`
}

function shown({ target, what, input }: Finding): string {
  return `${target}: ${what}: ${JSON.stringify(input).slice(0, 300)}`
}

async function keep(): Promise<void> {
  const rows: Row[] = fuzzers.map(({ target, executions, reach, findings: found }) => [
    target.name,
    `${executions.toLocaleString('en')} executions, ${reach.blocks} blocks, ${found.length} findings`,
  ])
  for (const fuzzer of fuzzers) writeKept(fuzzer.target.name, await fuzzer.useful())
  keepResults(
    'fuzz',
    'No text makes a reader of the seal throw, leave its text, take more than linear time, or believe what was not sealed: fuzzing guided by coverage.',
    [...rows, ['in all', summary()], ['minutes', values.minutes], ['seed', values.seed]],
  )
}
