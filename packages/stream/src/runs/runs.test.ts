import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { Part } from '../contract.ts'
import { checkParts, scriptedModel } from '../testing.ts'
import { createRuns, type Runs, type RunsOptions } from './index.ts'

const open: Runs[] = []
afterEach(() => Promise.all(open.splice(0).map(runs => runs.close())))

function newRuns(options: RunsOptions = {}): Runs {
  const runs = createRuns(options)
  open.push(runs)
  return runs
}

async function all(parts: AsyncIterable<Part>): Promise<Part[]> {
  const seen: Part[] = []
  for await (const part of parts) seen.push(part)
  return seen
}

const words = Array.from({ length: 300 }, (_, index) => ` word${index}`).join('')

describe('a run that is kept', () => {
  test('is read from any cursor, while it streams and after, without loss or duplicate', async () => {
    const runs = newRuns()
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 320 }), fc.boolean(), async (after, waits) => {
        const { id } = await runs.start(scriptedModel(words), { prompt: 'x' })
        if (waits) await all(runs.read(id))
        const whole = all(runs.read(id))
        const rest = all(runs.read(id, { after }))
        expect(await rest).toEqual((await whole).slice(after))
        expect((await whole).map(({ cursor }) => cursor)).toEqual((await whole).map((_, index) => index + 1))
        checkParts((await whole).filter(part => part.type !== 'seal'))
      }),
      { numRuns: 30 },
    )
  })
})
