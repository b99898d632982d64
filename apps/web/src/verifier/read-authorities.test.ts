import { createDevelopmentChain } from '@streamseal/c2pa'
import { expect, test } from 'vitest'
import { readAuthorities } from './read-authorities.ts'

const { privateKey, chain, root } = await createDevelopmentChain()

test('certificates are read out of what stands around them, and those for development are marked', async () => {
  const read = await readAuthorities(`Our root:\n${root}\nand more words\n${chain}`)
  expect(read).toMatchObject({ ok: true })
  if (!read.ok) return
  expect(read.authorities).toHaveLength(3)
  expect(read.authorities.every(({ development }) => development)).toBe(true)
  expect(read.pem).not.toContain('words')
  expect(await readAuthorities(read.pem)).toEqual(read)
})

test.each([
  ['a private key', () => privateKey, /private key/],
  ['words', () => 'Hello', /no certificate/],
  ['a broken certificate', () => root.replace('MII', 'AAA'), /cannot be read/],
  ['too many', () => root.repeat(201), /More than 200/],
  ['too much', () => ' '.repeat(1_000_001), /longer/],
])('%s is refused, in words', async (_what, text, why) => {
  const read = await readAuthorities(text())
  expect(read.ok ? 'read' : read.why).toMatch(why)
})
