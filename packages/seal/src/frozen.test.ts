/** Version 1 of the format is frozen: what it sealed verifies for ever, and the vectors that say so never change. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { changedVectors, freezeVectors, type VectorFile } from '../testing/frozen-vectors.ts'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../vectors/${name}`, import.meta.url), 'utf8'))
const frozen = read('seal-version-1.json') as Record<string, Record<string, string>>
const files = Object.fromEntries(Object.keys(frozen).map(name => [name, read(`seal/${name}`) as VectorFile]))

test('S2 S3 S4 S10 every vector of version 1 is there, as it was frozen', () => {
  expect(Object.values(frozen).flatMap(names => Object.keys(names)).length).toBeGreaterThan(400)
  expect(changedVectors(frozen, files)).toEqual([])
})

test('a vector that changed, or went, is named', () => {
  const file = (text: string): VectorFile => ({ description: '', vectors: [{ name: 'one', text }] })
  const before = freezeVectors({ 'a.json': file('sealed') })
  expect(changedVectors(before, { 'a.json': file('sealed') })).toEqual([])
  expect(changedVectors(before, { 'a.json': file('other') })).toEqual(['a.json: one'])
  expect(changedVectors(before, {})).toEqual(['a.json: one'])
})
