import { expect, test } from 'vitest'
import { type Benchmark, measure, median, regressions } from './harness.ts'

const spin = (loops: number) => (): number => {
  let sum = 0
  for (let index = 0; index < loops; index += 1) sum = (sum * 31 + index) % 65_521
  return sum
}
const effort = { rounds: 7, batchMs: 5 }
const benchmark = (ratio: number): Benchmark => ({
  what: 'a loop',
  baseline: { name: 'baseline', run: spin(20_000) },
  candidates: [{ name: 'ten times the baseline', run: spin(200_000), ratio }],
})

test('the ratio of ten times the work is about ten', async () => {
  const [baseline, candidate] = await measure(benchmark(10), effort)
  expect(baseline).toMatchObject({ name: 'baseline', ratio: 1 })
  expect(candidate?.ratio).toBeGreaterThan(5)
  expect(candidate?.ratio).toBeLessThan(20)
})

test('a candidate that became more than twice as slow as kept is a regression', async () => {
  expect(regressions(await measure(benchmark(1), effort))).toMatchObject([{ name: 'ten times the baseline' }])
  expect(regressions(await measure(benchmark(10), effort))).toEqual([])
})

test('the median ignores one slow round', () => {
  expect(median([1, 900, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
})
