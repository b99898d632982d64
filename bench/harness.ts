/**
 * The benchmarks' harness. Candidates and a baseline (the least that could do the job, such as copying the bytes) take
 * turns in one process; of each, the median over the rounds counts, and its ratio to the baseline is what is compared
 * from day to day: a slow or busy machine slows both.
 */

/** Something to measure. It returns a value, so that the work cannot be optimised away. */
export type Work = () => unknown

/** A candidate, and the ratio to the baseline that was measured when it was last looked at. */
export interface Candidate {
  name: string
  run: Work
  /** Kept ratio to the baseline; the speed check fails at more than twice this. */
  ratio: number
}

/** What a file `bench/<name>.bench.ts` exports as `benchmark`. */
export interface Benchmark {
  /** What one run does, with its size. */
  what: string
  baseline: { name: string; run: Work }
  candidates: Candidate[]
}

/** A measured candidate. */
export interface Measured {
  name: string
  /** Median over the rounds, in milliseconds for one run. */
  medianMs: number
  /** Of the baseline's median. */
  ratio: number
  /** The ratio that was kept; the baseline has none. */
  keptRatio?: number
}

/** How long to measure: `rounds` medians of batches that last at least `batchMs` each. */
export interface Effort {
  rounds: number
  batchMs: number
}

/** Measures the baseline and every candidate in turns; the baseline comes first in the answer. */
export function measure({ baseline, candidates }: Benchmark, effort: Effort): Measured[] {
  const all = [baseline, ...candidates].map(({ run }) => ({ run, batch: batchSize(run, effort.batchMs) }))
  const rounds = Array.from({ length: effort.rounds }, () => all.map(({ run, batch }) => timeOf(run, batch)))
  const medians = all.map((_, index) => median(rounds.map(round => round[index] ?? Number.NaN)))
  const [baselineMs = Number.NaN, ...rest] = medians
  return [
    { name: baseline.name, medianMs: baselineMs, ratio: 1 },
    ...candidates.map(({ name, ratio }, index) => {
      const medianMs = rest[index] ?? Number.NaN
      return { name, medianMs, ratio: medianMs / baselineMs, keptRatio: ratio }
    }),
  ]
}

/** The candidates that became more than twice as slow as kept. */
export const regressions = (measured: readonly Measured[]): Measured[] =>
  measured.filter(({ ratio, keptRatio }) => keptRatio !== undefined && ratio > 2 * keptRatio)

/** The middle of the numbers; of an even count, the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (low + high) / 2
}

/** Runs until the compiler has settled, and returns how many runs last `batchMs`. */
function batchSize(run: Work, batchMs: number): number {
  const start = performance.now()
  let runs = 0
  do {
    run()
    runs += 1
  } while (performance.now() - start < batchMs)
  return runs
}

function timeOf(run: Work, batch: number): number {
  const start = performance.now()
  for (let done = 0; done < batch; done += 1) kept = run()
  return (performance.now() - start) / batch
}

/** The last result, kept where the compiler cannot prove that no one reads it. */
export let kept: unknown
