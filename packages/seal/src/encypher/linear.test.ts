import { expect, test } from 'vitest'
import { UnicodeMetadata } from './index.ts'

const processorMs = (work: () => unknown): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

test('a run of many small objects is read in a time that grows with its length alone', { retry: 3 }, () => {
  const run = (objects: number): string => `x${'\u{e016b}\u{e016d}'.repeat(objects)}`
  const read = (objects: number) => (): unknown => UnicodeMetadata.extractMetadata(run(objects))
  read(4000)()
  const once = Math.min(...[1, 2, 3].map(() => processorMs(read(8000))))
  // Eight times the length took sixty-four times as long.
  expect(processorMs(read(64_000))).toBeLessThan(24 * Math.max(once, 1))
})
