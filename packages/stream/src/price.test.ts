import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from './demo.ts'
import { generate } from './generate.ts'
import { costUsd, loadPrices } from './price.ts'

beforeAll(() => loadPrices('openai'))

const usage = { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 100_000 }

describe('costUsd', () => {
  test('knows the price of a dated model name from the table, cached input cheaper', () => {
    const all = costUsd('openai', 'gpt-4o-mini-2024-07-18', { inputTokens: 1_000_000, outputTokens: 100_000 })
    const cached = costUsd('openai', 'gpt-4o-mini-2024-07-18', usage)
    expect(all).toBeCloseTo(0.21, 6)
    expect(cached).toBeCloseTo(0.6 * 0.15 + 0.4 * 0.075 + 0.06, 6)
  })

  test.each([
    ['a model that the table does not have', 'openai', 'no-such-model', usage],
    ['a provider without public prices', 'ollama', 'gpt-4o-mini', usage],
    ['usage that is not known', 'openai', 'gpt-4o-mini', { inputTokens: 5 }],
    [
      'counts that cannot be',
      'openai',
      'gpt-4o-mini',
      { inputTokens: 5, cachedInputTokens: 9, outputTokens: 1 },
    ],
  ])('is unknown for %s, never zero and never NaN', (_, provider, model, used) => {
    expect(costUsd(provider, model, used)).toBeUndefined()
  })

  test("the caller's own prices win, by model or by provider and model", () => {
    const prices = {
      'my-model': { input: 2, output: 10 },
      'openai/my-model': { input: 4, cachedInput: 1, output: 0 },
    }
    expect(costUsd('ollama', 'my-model', usage, prices)).toBeCloseTo(3, 9)
    expect(costUsd('openai', 'my-model', usage, prices)).toBeCloseTo(2.8, 9)
  })

  test('a run reports its cost', async () => {
    const prices = { demo: { input: 1, output: 1e6 } }
    const { metrics, usage: used } = await generate(
      demo({ text: 'a b c', tokensPerSecond: Number.POSITIVE_INFINITY }),
      { prompt: 'x', prices },
    ).result()
    expect(metrics.costUsd).toBeCloseTo(used?.outputTokens ?? Number.NaN, 3)
  })
})
