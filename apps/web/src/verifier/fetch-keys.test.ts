import { expect, test } from 'vitest'
import { keySetUrl } from './fetch-keys.ts'

test('a bare name or site means its well-known key set', () => {
  expect(keySetUrl('seal.example.com')).toBe('https://seal.example.com/.well-known/jwks.json')
  expect(keySetUrl(' http://localhost:8787/ ')).toBe('http://localhost:8787/.well-known/jwks.json')
})

test('a whole address stays as it is', () =>
  expect(keySetUrl('https://example.com/keys.json')).toBe('https://example.com/keys.json'))

test('what is no web address, or carries a password, is refused', () => {
  for (const typed of [
    '',
    '  ',
    'javascript:alert(1)',
    'ftp://example.com',
    'https://me:secret@example.com',
    'a b',
  ])
    expect(keySetUrl(typed), typed).toBeUndefined()
})
