import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mostHeld } from './most-held.ts'

test('finds the last hundred that a server holds, from a guess that is not far', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 300, max: 3000 }),
      fc.integer({ min: -300, max: 300 }),
      async (limit, off) => {
        const guess = Math.max(0, limit + off)
        expect(await mostHeld(guess, async streams => streams <= limit, 10)).toBe(
          Math.floor(limit / 100) * 100,
        )
      },
    ),
  )
})

test('tries no oftener than it may, and says 0 of a server that holds nothing', async () => {
  const tried: number[] = []
  const never = async (streams: number): Promise<boolean> => {
    tried.push(streams)
    return false
  }
  expect(await mostHeld(1000, never, 3)).toBe(0)
  expect(tried).toEqual([1000, 900, 800])
  expect(await mostHeld(0, never)).toBe(0)
})
