import { expect, test } from 'vitest'
import { type Benchmark, measure, measureOnce, median, regressions } from './harness.ts'

/** A clock that only work moves: what is measured here is the harness, not how busy the machine is. */
function createClock(): { clock: () => number; work: (ms: number) => () => number } {
  let now = 0
  return {
    clock: () => now,
    work: ms => () => {
      now += ms
      return now
    },
  }
}

const measured = (ratio: number) => {
  const { clock, work } = createClock()
  const benchmark: Benchmark = {
    what: 'a wait',
    baseline: { name: 'baseline', run: work(2) },
    candidates: [{ name: 'ten times the baseline', run: work(20), ratio }],
  }
  return measure(benchmark, { rounds: 3, batchMs: 5, clock })
}

test('the ratio of ten times the work is ten', async () => {
  expect(await measured(10)).toEqual([
    { name: 'baseline', medianMs: 2, ratio: 1 },
    { name: 'ten times the baseline', medianMs: 20, ratio: 10, keptRatio: 10 },
  ])
})

test('a candidate that became more than twice as slow as kept is a regression', async () => {
  expect(regressions(await measured(4))).toMatchObject([{ name: 'ten times the baseline' }])
  expect(regressions(await measured(5))).toEqual([])
})

test('a slow peer is run once, and is no candidate', async () => {
  const { clock, work } = createClock()
  const baseline = { name: 'baseline', run: work(2) }
  const benchmark: Benchmark = {
    what: 'a wait',
    baseline,
    candidates: [],
    slow: [{ name: 'peer', run: work(3000) }],
  }
  expect(await measureOnce(benchmark, clock)).toEqual([{ name: 'peer', onceMs: 3000 }])
  expect(await measure(benchmark, { rounds: 3, batchMs: 5, clock })).toHaveLength(1)
})

test('unless told otherwise the harness measures the processor time of this process', async () => {
  const spin = (): number => {
    let sum = 0
    for (let index = 0; index < 100_000; index += 1) sum = (sum * 31 + index) % 65_521
    return sum
  }
  const [baseline] = await measure(
    { what: 'a loop', baseline: { name: 'a loop', run: spin }, candidates: [] },
    { rounds: 1, batchMs: 1 },
  )
  expect(baseline?.medianMs).toBeGreaterThan(0)
})

test('the median ignores one slow round', () => {
  expect(median([1, 900, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
})
