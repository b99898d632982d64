import { expect, test } from 'vitest'
import { SaidNames } from './said-names.ts'

test('expects the name that was last said, and else the one that is asked for', () => {
  const names = new SaidNames()
  expect(names.expect('gpt-5-mini')).toBe('gpt-5-mini')
  names.learn('gpt-5-mini', 'gpt-5-mini-2025-08-07')
  names.learn('gpt-5-mini', 'gpt-5-mini-2026-01-01')
  expect(names.expect('gpt-5-mini')).toBe('gpt-5-mini-2026-01-01')
})

test('does not remember without end', () => {
  const names = new SaidNames()
  for (let i = 0; i < 5000; i++) names.learn(`asked-${i}`, `said-${i}`)
  const remembered = Array.from({ length: 5000 }, (_, i) => names.expect(`asked-${i}`) === `said-${i}`)
  expect(remembered.filter(Boolean).length).toBeLessThanOrEqual(1000)
  expect(names.expect('asked-4999')).toBe('said-4999')
})
