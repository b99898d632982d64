import { expect, test } from 'vitest'
import { maskKey } from './mask-key.ts'

test('a key that the provider quotes is asterisks, as many as it had bytes', () => {
  const body = Buffer.from('{"error":{"message":"Wrong key sk-operator-1: sk-operator-1"}}')
  const masked = maskKey(body, { authorization: 'Bearer sk-operator-1' })
  expect(masked.toString()).toBe('{"error":{"message":"Wrong key *************: *************"}}')
  expect(maskKey(body, { 'x-api-key': 'sk-operator-1' })).toEqual(masked)
})

test('other words stay, and a body without the key is the same', () => {
  const body = Buffer.from('{"error":{"message":"key"}}')
  expect(maskKey(body, { authorization: 'Bearer key' })).toBe(body)
  expect(maskKey(body, {})).toBe(body)
})
