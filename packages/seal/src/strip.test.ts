/** Marks and other systems' payloads taken out. */
import { expect, test } from 'vitest'
import { sanitize, strip } from './index.ts'

const also = ['encypher', 'c2pa'] as const
const selectors = [...new TextEncoder().encode('{"abcdefghijklmn')].map(byte =>
  String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16),
)
const bits = [...'RUFJT']
  .flatMap(character => Array.from({ length: 8 }, (_, bit) => (character.charCodeAt(0) >> bit) & 1))
  .map(bit => (bit === 1 ? '\u200c' : '\u200b'))
const halves = [
  [selectors.slice(0, 8).join(''), selectors.slice(8).join('')],
  [bits.slice(0, 20).join(''), bits.slice(20).join('')],
] as const

/** A payload of selectors in one of zero-width characters in one of selectors, and so on. */
function nested(layers: number): string {
  const around = Array.from({ length: layers }, (_, layer) => halves[(layer % 2) as 0 | 1])
  const opened = around.map(([left]) => left).join('')
  const closed = around.map(([, right]) => right).reverse()
  return `a${opened}${closed.join('')}b`
}

test('strip takes payloads out of payloads, eight layers of them', () => {
  for (let layers = 1; layers <= 8; layers++) expect(strip(nested(layers), { also })).toBe('ab')
  expect(sanitize(nested(20)).text).toBe('ab')
})

test('S11 strip takes a time in proportion to the text, however many payloads lie in one another', {
  retry: 3,
}, () => {
  const text = nested(8000)
  const before = performance.now()
  expect(strip(text, { also }).length).toBeLessThan(text.length)
  // Layer after layer it was nine seconds.
  expect(performance.now() - before).toBeLessThan(2000)
})
