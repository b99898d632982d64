/** The verdict on a text of many seals. */
import { expect, test } from 'vitest'
import { Lines } from './line.ts'
import type { SealReport } from './report.ts'
import { skeletonOf } from './skeleton.ts'
import { summarise } from './summarise.ts'

function strangerAt(start: number, coverage: SealReport['coverage']): SealReport {
  return {
    streamId: start.toString(16).padStart(16, '0'),
    signature: 'unchecked',
    signer: 'unknown',
    keyId: 'AAAA',
    algorithm: 'Ed25519',
    trustKind: 'public-key',
    content: 'intact',
    hiddenMarkup: 'checked',
    coverage,
    order: 'ok',
    segments: [{ index: 0, start, end: start + 1, status: 'intact' }],
  }
}

test('S11 a flood of seals with words between them is judged in a time that grows with their number', {
  retry: 3,
}, () => {
  const count = 80_000
  const lines = new Lines('ab'.repeat(count), skeletonOf)
  const seals = Array.from({ length: count }, (_, i) =>
    strangerAt(2 * i, i % 2 === 0 ? 'whole' : 'truncated'),
  )
  const start = performance.now()
  const { status, unsealed } = summarise(lines, seals)
  // Each seal against each gap took more than a minute.
  expect(performance.now() - start).toBeLessThan(10_000)
  expect(status).toBe('unknown-signer')
  expect(unsealed).toHaveLength(count)
  expect(seals.map(({ coverage }) => coverage)).not.toContain('truncated')
})

test('S4 words between two passages of a seal alter it, words around them do not', () => {
  const lines = new Lines('abcde', skeletonOf)
  const [first, around] = [strangerAt(1, 'excerpt'), strangerAt(3, 'excerpt')]
  first.segments.push({ index: 2, start: 3, end: 4, status: 'intact' })
  summarise(lines, [first, around])
  expect([first.content, around.content]).toEqual(['altered', 'intact'])
})
