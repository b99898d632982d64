import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Part } from '../contract.ts'
import { CompactLog } from './compact-log.ts'

const id = fc.constantFrom('a', 'b')
const delta = fc.string({ unit: 'binary', maxLength: 20 })
const part = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('text-delta' as const), id, delta }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reasoning-delta' as const), id, delta }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('tool-input-delta' as const), id, delta }) },
  fc.record({ type: fc.constant('refusal-delta' as const), delta }),
  fc.record({ type: fc.constant('text-end' as const), id }),
)
const numbered = (parts: readonly object[]): Part[] =>
  parts.map((each, index) => ({ ...each, cursor: index + 1 })) as Part[]
const logOf = (parts: readonly Part[]): CompactLog => {
  const log = new CompactLog()
  for (const each of parts) log.push(each)
  return log
}

test('gives the parts that it was given, each under its cursor, from any cursor on and as many as are asked for', () =>
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), fc.nat(70), fc.nat(70), (given, after, maxParts) => {
      const parts = numbered(given)
      const log = logOf(parts)
      expect(log.read(after, maxParts)).toEqual(parts.slice(after, after + maxParts))
      expect(log.read(after)).toEqual(parts.slice(after))
    }),
  ))

test('gives the parts of a long answer page by page, whatever was read in between', () => {
  const parts = numbered(
    Array.from({ length: 2000 }, (_, n) => ({ type: 'text-delta', id: 't', delta: ` ${n}` })),
  )
  const log = new CompactLog()
  for (const each of parts) {
    log.push(each)
    if (each.cursor % 97 === 0)
      expect(log.read(each.cursor - 3)).toEqual(parts.slice(each.cursor - 3, each.cursor))
  }
  for (let after = 0; after < parts.length; after += 512)
    expect(log.read(after, 512)).toEqual(parts.slice(after, after + 512))
})
