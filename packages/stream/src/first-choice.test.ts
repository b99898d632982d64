import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Part } from './contract.ts'
import { createSseFrames } from './deliveries/sse-frames.ts'
import { createTextFrames } from './deliveries/text-frames.ts'
import { createFirstChoice } from './first-choice.ts'
import { createQueryFrames } from './ws/query-frames.ts'

type Word = { choice: number; delta: string }

/** Answers side by side, each a block of its own; the first is named as providers name it, or as 0. */
function answers(words: readonly Word[], firstIs: 0 | undefined): Part[] {
  const choices = [...new Set(words.map(({ choice }) => choice))]
  const starts = choices.map(choice => {
    const named = choice === 0 ? firstIs : choice
    return {
      type: 'text-start' as const,
      id: `t${choice}`,
      ...(named === undefined ? {} : { choice: named }),
    }
  })
  const deltas = words.map(({ choice, delta }) => ({ type: 'text-delta' as const, id: `t${choice}`, delta }))
  return [...starts, ...deltas].map((part, index) => ({ ...part, cursor: index + 1 }))
}

const words = fc.array(fc.record({ choice: fc.integer({ min: 0, max: 3 }), delta: fc.string() }))
const first = fc.constantFrom(0 as const, undefined)
const textOf = (parts: readonly Word[]): string =>
  parts.flatMap(({ choice, delta }) => (choice === 0 ? [delta] : [])).join('')

test('of answers side by side the first is kept, whether it is named 0 or not at all', () => {
  fc.assert(
    fc.property(words, first, (said, firstIs) => {
      const isFirst = createFirstChoice()
      const kept = answers(said, firstIs).flatMap(part =>
        isFirst(part) && part.type === 'text-delta' ? [part.delta] : [],
      )
      expect(kept.join('')).toBe(textOf(said))
    }),
  )
})

test('every protocol of one answer tells the same one', () => {
  const end: Part = { type: 'finish', reason: 'stop', cursor: 1000 }
  fc.assert(
    fc.property(words, first, (said, firstIs) => {
      const parts = [...answers(said, firstIs), end]
      const last = (frames: { take(part: Part): unknown }): string =>
        String(parts.map(part => frames.take(part)).at(-1))
      expect(JSON.parse(last(createSseFrames()).slice('data: '.length)).metadata.final_response).toBe(
        textOf(said),
      )
      expect(JSON.parse(last(createQueryFrames())).content).toBe(textOf(said))
      const text = createTextFrames()
      expect(parts.map(part => text.take(part) ?? '').join('')).toBe(textOf(said))
    }),
  )
})

test('a block that was another choice’s before a restart may be the first’s after it', () => {
  const isFirst = createFirstChoice()
  expect(isFirst({ type: 'text-start', id: 't', choice: 1, cursor: 1 })).toBe(false)
  expect(isFirst({ type: 'text-delta', id: 't', delta: 'a', cursor: 2 })).toBe(false)
  expect(isFirst({ type: 'restart', code: 'OVERLOADED', message: 'busy', cursor: 3 })).toBe(true)
  expect(isFirst({ type: 'text-start', id: 't', cursor: 4 })).toBe(true)
  expect(isFirst({ type: 'text-delta', id: 't', delta: 'b', cursor: 5 })).toBe(true)
})
