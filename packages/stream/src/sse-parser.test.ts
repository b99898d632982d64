import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSseParser, type SseEvent } from './sse-parser.ts'

const encoder = new TextEncoder()

function parse(bytes: Uint8Array, cuts: number[]): SseEvent[] {
  const parser = createSseParser()
  const ends = [...new Set(cuts.map(cut => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  const slices = [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length))
  return slices.flatMap(slice => parser.feed(slice))
}

/** Lone surrogates have no UTF-8. */
const wellFormed = (text: string): string => new TextDecoder().decode(encoder.encode(text))

const lineEnd = fc.constantFrom('\n', '\r', '\r\n')
const dataLine = fc.string({ unit: 'grapheme', maxLength: 12 }).map(text => text.replace(/[\r\n]/g, ''))
const event = fc.record({
  lines: fc.array(dataLine, { minLength: 1, maxLength: 4 }),
  name: fc.constantFrom('', 'delta', 'é'),
  ends: fc.array(lineEnd, { minLength: 8, maxLength: 8 }),
})

describe('createSseParser', () => {
  test('gives the same events at any cutting of the bytes, inside a character and between \\r and \\n too', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (events, cuts) => {
          const text = events
            .map(({ lines, name, ends }) => {
              const fields = [
                ...(name === '' ? [] : [`event:${name}`]),
                ...lines.map(line => `data: ${line}`),
              ]
              return `${fields.map((field, index) => field + ends[index]).join('')}${ends[7]}`
            })
            .join('')
          // A comment between keeps a lone \r of one event apart from a \n that opens the next.
          const bytes = encoder.encode(`:comment\n${text}`)
          const expected = events.map(({ lines, name }) => ({
            event: name || 'message',
            data: lines.join('\n'),
            id: '',
          }))
          expect(parse(bytes, cuts)).toEqual(parse(bytes, []))
          if (!text.includes('\r')) expect(parse(bytes, cuts)).toEqual(expected)
        },
      ),
    )
  })

  test('reads any data back that was written as lines', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(), { maxLength: 8 }), (raw, cuts) => {
        const data = wellFormed(raw).replace(/\r\n?/g, '\n')
        const bytes = encoder.encode(
          `${data
            .split('\n')
            .map(line => `data: ${line}\n`)
            .join('')}\n`,
        )
        expect(parse(bytes, cuts)).toEqual([{ event: 'message', data, id: '' }])
      }),
    )
  })

  test('never throws on any bytes, and gives the same at any cutting', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(fc.nat(), { maxLength: 8 }), (bytes, cuts) => {
        expect(parse(bytes, cuts)).toEqual(parse(bytes, []))
      }),
    )
  })

  test('skips one byte order mark, comments and unknown fields, and keeps the last id', () => {
    const bytes = encoder.encode('\uFEFFid: 7\n:hb\nretry: 10\nnonsense\ndata:a\n\ndata: b\n\n')
    expect(parse(bytes, [1, 2])).toEqual([
      { event: 'message', data: 'a', id: '7' },
      { event: 'message', data: 'b', id: '7' },
    ])
  })

  test('dispatches at a blank line that ends in \\r, before the \\n comes', () => {
    expect(createSseParser().feed(encoder.encode('data: a\r\n\r'))).toHaveLength(1)
  })

  test('says whether an event was left unfinished', () => {
    const parser = createSseParser()
    parser.feed(encoder.encode('data: a\n\ndata: b\n'))
    expect(parser.pending).toBe(true)
    parser.feed(encoder.encode('\n'))
    expect(parser.pending).toBe(false)
  })

  test('throws LIMIT_EXCEEDED for an event that is too long, in one line or in many', () => {
    const options = { maxEventChars: 100 }
    expect(() => createSseParser(options).feed(encoder.encode('x'.repeat(101)))).toThrow(/longer than 100/)
    expect(() => createSseParser(options).feed(encoder.encode('data: 0123456789\n'.repeat(12)))).toThrow(
      /longer than 100/,
    )
  })
})
