import { expect, test } from 'vitest'
import type { ModelPart } from './contract.ts'
import { demo } from './demo.ts'

const text = 'word '.repeat(25).trim()

/** Milliseconds from the question to each token. */
async function arrivals(options: Parameters<typeof demo>[0]): Promise<number[]> {
  const startedAt = performance.now()
  const times: number[] = []
  const messages = [{ role: 'user' as const, content: 'Hello' }]
  for await (const part of demo(options).stream({ messages }) as AsyncIterable<ModelPart>)
    if (part.type === 'text-delta') times.push(performance.now() - startedAt)
  return times
}

// Timers may come late, and never early: only what holds on a busy machine, too, is asserted.
test('no token comes before its time', async () => {
  const times = await arrivals({ text, tokensPerSecond: 200, firstTokenMs: 40 })
  expect(times).toHaveLength(25)
  for (const [index, time] of times.entries()) expect(time).toBeGreaterThanOrEqual(40 + index * 5 - 3)
})

test('an infinite pace waits for nothing', { retry: 3 }, async () => {
  const times = await arrivals({ text, tokensPerSecond: Number.POSITIVE_INFINITY })
  const paced = await arrivals({ text, tokensPerSecond: 50 })
  expect(times.at(-1)).toBeLessThan(paced.at(-1) ?? 0)
})
