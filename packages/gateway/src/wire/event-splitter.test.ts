import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEventSplitter, dataOf, withData } from './event-splitter.ts'

const lineEnds = fc.constantFrom('\n', '\r\n', '\r')
const payloads = fc.array(
  fc.string({ unit: 'grapheme' }).filter(text => !/[\r\n]/.test(text)),
  { minLength: 1 },
)

/** Cuts `text` at the given places. */
function cut(text: string, places: number[]): string[] {
  const sorted = [0, ...places.map(place => place % (text.length + 1)).sort((a, b) => a - b), text.length]
  return sorted.slice(1).map((end, index) => text.slice(sorted[index], end))
}

describe('createEventSplitter()', () => {
  test('gives the same events for any cutting and any line ends, and loses nothing', () => {
    fc.assert(
      fc.property(payloads, lineEnds, fc.array(fc.nat()), (texts, end, places) => {
        const stream = `${texts.map(text => `data: ${text}${end}${end}`).join('')}:`
        const splitter = createEventSplitter(1_000_000)
        const events = cut(stream, places).flatMap(slice => splitter.feed(slice))
        expect(events.map(dataOf)).toEqual(texts)
        expect(events.join('') + splitter.rest).toBe(stream)
      }),
    )
  })

  test('gives nothing from an event that is too long, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 })), fc.array(fc.nat()), (lengths, places) => {
        const events = lengths.map(length => `data: ${'x'.repeat(length)}\n\n`)
        const tooLong = events.findIndex(event => event.length > 30)
        const splitter = createEventSplitter(30)
        const out = cut(events.join(''), places).flatMap(slice => splitter.feed(slice))
        expect(out).toEqual(tooLong < 0 ? events : events.slice(0, tooLong))
        expect(splitter.isOverlong).toBe(tooLong >= 0)
      }),
    )
  })

  test.each(['\n', '\r\n'])(
    'takes an event that drips in time that grows with its length alone (%j)',
    end => {
      const splitter = createEventSplitter(16 * 1024 ** 2)
      const slice = `data: ${'x'.repeat(500)}${end}`
      for (let count = 0; count < 16_000; count++) expect(splitter.feed(slice)).toHaveLength(0)
      expect(splitter.feed(`${end}:`)[0]).toHaveLength(16_000 * slice.length + end.length)
    },
  )

  test('does not wait for the end of an event that is too long already', () => {
    const splitter = createEventSplitter(100)
    expect(splitter.feed('x'.repeat(101))).toEqual([])
    expect(splitter.isOverlong).toBe(true)
    expect(splitter.feed('\n\ndata: {}\n\n')).toEqual([])
  })
})

test('dataOf() joins data lines, takes them without a space, and knows comments', () => {
  expect(dataOf('data:a\ndata: b\n\n')).toBe('a\nb')
  expect(dataOf(': ping\n\n')).toBeUndefined()
  expect(dataOf('event: x\ndata: {}\n\n')).toBe('{}')
})

test('withData() keeps the other fields', () => {
  expect(withData('event: x\ndata: {}\nid: 4\n\n', '{"a":1}')).toBe('event: x\nid: 4\ndata: {"a":1}\n\n')
})
