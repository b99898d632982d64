/** Runs the benchmarks that it is given and prints a table; with `--check`, quickly, and fails at a twofold regression. */
import { type Benchmark, type Effort, type Measured, measure, measureOnce, regressions } from './harness.ts'

const thorough: Effort = { rounds: 15, batchMs: 100 }
const quick: Effort = { rounds: 5, batchMs: 30 }

/** Measures each benchmark; the answer is false if something became twice as slow and `check` was asked for. */
export async function benchAll(benchmarks: ReadonlyMap<string, Benchmark>, check: boolean): Promise<boolean> {
  const slow: string[] = []
  for (const [name, benchmark] of benchmarks) {
    const found = await (check ? confirmed(benchmark) : report(name, benchmark)).finally(benchmark.close)
    slow.push(...found.map(each => `${name}: ${slower(each)}`))
  }
  for (const each of slow) console.error(each)
  console.log(`speed: ${benchmarks.size} benchmarks, ${slow.length} twice as slow as kept`)
  return !check || slow.length === 0
}

/** A regression counts when a second, longer look sees it too: a busy machine is not one. */
async function confirmed(benchmark: Benchmark): Promise<Measured[]> {
  const suspected = regressions(await measure(benchmark, quick))
  return suspected.length > 0 ? regressions(await measure(benchmark, thorough)) : []
}

async function report(name: string, benchmark: Benchmark): Promise<Measured[]> {
  const measured = await measure(benchmark, thorough)
  console.log(`\n${name}: ${benchmark.what}`)
  for (const { name: candidate, medianMs, ratio, keptRatio } of measured) {
    const kept = keptRatio === undefined ? '' : `(kept: ${keptRatio})`
    const above = aboveBaseline(benchmark, medianMs, measured[0]?.medianMs)
    console.log(
      `  ${candidate.padEnd(40)} ${medianMs.toFixed(4).padStart(10)} ms  × ${ratio.toFixed(2)} ${above}${kept}`,
    )
  }
  const baselineMs = measured[0]?.medianMs ?? Number.NaN
  for (const { name: peer, onceMs } of await measureOnce(benchmark)) {
    const times = (onceMs / baselineMs).toFixed(0)
    console.log(`  ${peer.padEnd(40)} ${onceMs.toFixed(4).padStart(10)} ms  × ${times} (once)`)
  }
  return regressions(measured)
}

function aboveBaseline({ each }: Benchmark, medianMs: number, baselineMs = Number.NaN): string {
  if (each === undefined || medianMs === baselineMs) return ''
  return `+${(((medianMs - baselineMs) * 1000) / each.count).toFixed(1)} µs a ${each.what} `
}

const slower = ({ name, ratio, keptRatio }: Measured): string =>
  `${name} takes ${ratio.toFixed(2)} × the baseline, kept was ${keptRatio}`
