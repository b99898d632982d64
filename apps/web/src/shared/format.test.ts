import { expect, test } from 'vitest'
import { formatCount, formatDuration, formatExactTime, formatTime } from './format.ts'

test('counts are whole and separated, durations change unit at one second', () => {
  expect(formatCount(1234.6)).toBe('1,235')
  expect(formatDuration(240.4)).toBe('240 ms')
  expect(formatDuration(6100)).toBe('6.1 s')
})

test('times are told in words, and what is no time stays as it was stated', () => {
  expect(formatTime('2026-11-21T12:00:00Z')).toMatch(/^21 November 2026 at \d\d:\d\d$/)
  expect(formatExactTime('2026-11-21T12:00:07Z')).toMatch(/^21 November 2026 at \d\d:\d\d:07 \S+$/)
  for (const format of [formatTime, formatExactTime]) expect(format('yesterday')).toBe('yesterday')
})
