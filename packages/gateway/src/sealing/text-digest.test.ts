import { expect, test } from 'vitest'
import { textDigest, UnmarkedText } from './text-digest.ts'

const code = '```ts\nconst answer = 42\nconsole.log(answer)\n```'

test('a text is found with other line ends and other white space around it, and not with another letter', () => {
  const digest = textDigest(code)
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  for (const same of [`\n${code}\n\n`, code.replaceAll('\n', '\r\n')]) expect(textDigest(same)).toBe(digest)
  expect(textDigest(code.replace('42', '43'))).not.toBe(digest)
})

test('what many people write, and what is too long to be remembered, has no digest', () => {
  expect(textDigest('Yes.')).toBeUndefined()
  expect(textDigest('x'.repeat((1 << 20) + 1))).toBeUndefined()
})

test('a text is told by its pieces until a mark goes out', () => {
  const text = new UnmarkedText()
  for (const piece of code) text.feed(piece, piece)
  expect(text.digest()).toBe(textDigest(code))
  text.feed('', '\u{e01ee}')
  expect(text.digest()).toBeUndefined()
})
