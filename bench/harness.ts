/**
 * The benchmarks' harness. Candidates and a baseline (the least that could do the job, such as looking at each character
 * once) take turns in one process. What counts is processor time, not the clock, so that a busy machine changes little;
 * each round gives a ratio to the baseline of the same round, and the median over the rounds is compared from day to day.
 */

/** Something to measure. It returns what it made, so that the work cannot be optimised away; a promise is awaited. */
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
  /** Peers that take seconds: run once where the table is printed, and never by the speed check. */
  slow?: { name: string; run: Work }[]
  /** What one run is made of: the report says what each of them costs above the baseline. */
  each?: { count: number; what: string }
  /** Lets go of what the candidates held. */
  close?: () => Promise<void>
}

/** A measured candidate. */
export interface Measured {
  name: string
  /** Median over the rounds: milliseconds of processor time for one run. */
  medianMs: number
  /** Median of the ratios to the baseline of the same round. */
  ratio: number
  /** The ratio that was kept; the baseline has none. */
  keptRatio?: number
}

/** How long to measure: `rounds` medians of batches that last at least `batchMs` each. */
export interface Effort {
  rounds: number
  batchMs: number
  /** What measures: milliseconds that never go back. The processor time of this process, unless a test has its own. */
  clock?: () => number
}

/** Measures the baseline and every candidate in turns; the baseline comes first in the answer. */
export async function measure(
  { baseline, candidates }: Benchmark,
  { rounds: wanted, batchMs, clock = processorMs }: Effort,
): Promise<Measured[]> {
  const works = [baseline, ...candidates].map(({ run }) => run)
  const batches: number[] = []
  for (const run of works) batches.push(await batchSize(run, batchMs, clock))
  const rounds: number[][] = []
  for (let round = 0; round < wanted; round += 1) rounds.push(await timesOf(works, batches, clock))
  return [
    { name: baseline.name, medianMs: median(rounds.map(([time]) => time ?? Number.NaN)), ratio: 1 },
    ...candidates.map((candidate, index) => compared(candidate, index + 1, rounds)),
  ]
}

/** One round: how long a run of each takes. */
async function timesOf(
  works: readonly Work[],
  batches: readonly number[],
  clock: () => number,
): Promise<number[]> {
  const times: number[] = []
  for (const [index, run] of works.entries()) times.push(await timeOf(run, batches[index] ?? 1, clock))
  return times
}

function compared({ name, ratio }: Candidate, index: number, rounds: readonly number[][]): Measured {
  const times = rounds.map(round => round[index] ?? Number.NaN)
  const ratios = rounds.map(([baseline = Number.NaN], round) => (times[round] ?? Number.NaN) / baseline)
  return { name, medianMs: median(times), ratio: median(ratios), keptRatio: ratio }
}

/** Milliseconds of processor time that each slow peer takes, once. */
export async function measureOnce(
  { slow = [] }: Benchmark,
  clock: () => number = processorMs,
): Promise<{ name: string; onceMs: number }[]> {
  const measured: { name: string; onceMs: number }[] = []
  for (const { name, run } of slow) measured.push({ name, onceMs: await timeOf(run, 1, clock) })
  return measured
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

/** Runs until the compiler has settled, and returns how many runs take `batchMs`. */
async function batchSize(run: Work, batchMs: number, clock: () => number): Promise<number> {
  const start = clock()
  let runs = 0
  do {
    sink.last = await run()
    runs += 1
  } while (clock() - start < batchMs)
  return runs
}

async function timeOf(run: Work, batch: number, clock: () => number): Promise<number> {
  const start = clock()
  for (let done = 0; done < batch; done += 1) {
    const made = run()
    sink.last = made instanceof Promise ? await made : made
  }
  return (clock() - start) / batch
}

/** Milliseconds of processor time that this process has used. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

// Where the last result is kept, so that the compiler cannot leave the work out.
const sink: { last: unknown } = { last: undefined }
