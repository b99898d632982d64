import { expect, test } from 'vitest'
import type { Answer } from './answer.ts'
import { liveMetrics } from './live-metrics.ts'

const asked: Answer = {
  prompt: 'Hello?',
  model: 'demo',
  status: 'waiting',
  text: '',
  visibleChars: 0,
  sealAsked: true,
  startedAtMs: 1000,
}

test('before the first text there is a time and no rate', () => {
  expect(liveMetrics(asked, 1250)).toEqual({
    firstTextMs: undefined,
    durationMs: 250,
    tokens: 0,
    tokensPerSecond: undefined,
    estimated: true,
  })
})

test('while it streams, tokens are estimated from the visible characters and counted from the first text', () => {
  const answer: Answer = { ...asked, status: 'streaming', visibleChars: 400, firstTextAtMs: 1200 }
  const live = liveMetrics(answer, 2200)
  expect(live).toMatchObject({ firstTextMs: 200, tokens: 100, tokensPerSecond: 100, estimated: true })
})

test('the first fifth of a second shows no rate', () => {
  const answer: Answer = { ...asked, status: 'streaming', visibleChars: 40, firstTextAtMs: 1200 }
  expect(liveMetrics(answer, 1300).tokensPerSecond).toBeUndefined()
})

test('what the gateway counted takes the place of the estimate, and the clock stops at the end', () => {
  const measured = { outputTokens: 87, tokensPerSecond: 43.5 }
  const answer: Answer = {
    ...asked,
    status: 'complete',
    visibleChars: 400,
    firstTextAtMs: 1200,
    endedAtMs: 3200,
    measured,
  }
  expect(liveMetrics(answer, 99_999)).toEqual({
    firstTextMs: 200,
    durationMs: 2200,
    tokens: 87,
    tokensPerSecond: 43.5,
    estimated: false,
  })
})
