import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startTimer } from './timer.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test.each([5, 2 ** 31, 5 * 2 ** 31 + 7])('a timer of %d ms is called once, when its time is up', delayMs => {
  let calls = 0
  startTimer(delayMs, () => calls++)
  vi.advanceTimersByTime(delayMs - 1)
  expect(calls).toBe(0)
  vi.advanceTimersByTime(1)
  expect(calls).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('an endless timer holds nothing, and one that is stopped lets go, however far it has come', () => {
  startTimer(Number.POSITIVE_INFINITY, () => expect.unreachable())
  expect(vi.getTimerCount()).toBe(0)
  const stop = startTimer(2 ** 33, () => expect.unreachable())
  vi.advanceTimersByTime(2 ** 32)
  stop()
  expect(vi.getTimerCount()).toBe(0)
})
