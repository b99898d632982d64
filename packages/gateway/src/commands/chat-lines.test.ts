import { expect, test } from 'vitest'
import { createLineReader, type Said } from './chat-lines.ts'

const read = (...lines: string[]): (Said | undefined)[] => {
  const reader = createLineReader()
  return lines.map(line => reader.take(line))
}
const text = (said: string): Said => ({ kind: 'text', text: said })

test('a line is a text, an empty one is nothing', () => {
  expect(read('Hello', '', '  ')).toEqual([text('Hello'), undefined, undefined])
})

test('a line that ends with a backslash goes on in the next one', () => {
  expect(read('one\\', '/help is no command here\\', 'three')).toEqual([
    undefined,
    undefined,
    text('one\n/help is no command here\nthree'),
  ])
})

test('between two fences everything is text', () => {
  expect(read('"""', '/quit', '', 'end\\', '"""', 'next')).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    text('/quit\n\nend\\'),
    text('next'),
  ])
})

test('a command has a name and an argument', () => {
  expect(read('/model gpt-5 mini', '/quit')).toEqual([
    { kind: 'command', name: 'model', argument: 'gpt-5 mini' },
    { kind: 'command', name: 'quit', argument: '' },
  ])
})

test('what was begun when no more lines come is a text too', () => {
  for (const [lines, whole] of [
    [['"""', 'one', '/quit'], 'one\n/quit'],
    [['one\\'], 'one'],
  ] as const) {
    const reader = createLineReader()
    for (const line of lines) expect(reader.take(line)).toBeUndefined()
    expect(reader.end()).toEqual(text(whole))
    expect(reader.end()).toBeUndefined()
  }
})

test('says whether more is to come', () => {
  const reader = createLineReader()
  expect(reader.isOpen).toBe(false)
  reader.take('"""')
  expect(reader.isOpen).toBe(true)
  reader.take('"""')
  expect(reader.isOpen).toBe(false)
})
