import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPartialJson } from './partial-json.ts'

function cut(text: string, places: number[]): string[] {
  const ends = [...new Set(places.map(place => place % (text.length + 1)))].sort((a, b) => a - b)
  return [0, ...ends].map((start, index) => text.slice(start, ends[index] ?? text.length))
}

describe('createPartialJson', () => {
  test('gives what JSON.parse gives, at any cutting, pretty or not', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.boolean(),
        (value, places, pretty) => {
          const text = JSON.stringify(value, null, pretty ? 1 : undefined)
          const json = createPartialJson()
          for (const piece of cut(text, places)) json.feed(piece)
          expect(json.finish()).toEqual(JSON.parse(text))
        },
      ),
    )
  })

  test('refuses exactly what JSON.parse refuses', () => {
    const almost = fc
      .array(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '"a"',
          '"\\u00e9"',
          '1',
          '-',
          '0.5e3',
          'true',
          'nul',
          ' ',
          '\\',
          '\n',
          '\t"',
        ),
        { maxLength: 8 },
      )
      .map(pieces => pieces.join(''))
    fc.assert(
      fc.property(almost, text => {
        let expected: unknown
        let refused = false
        try {
          expected = JSON.parse(text)
        } catch {
          refused = true
        }
        const json = createPartialJson()
        const read = (): unknown => {
          for (const character of text) json.feed(character)
          return json.finish()
        }
        if (refused) expect(read).toThrow(SyntaxError)
        else expect(read()).toEqual(expected)
      }),
      { numRuns: 2000 },
    )
  })

  test('shows a string as far as it has come, in objects and in arrays, once', () => {
    const json = createPartialJson()
    json.feed('{"a": ["fir')
    expect(json.value).toEqual({ a: ['fir'] })
    json.feed('st", "sec')
    expect(json.value).toEqual({ a: ['first', 'sec'] })
    json.feed('ond", 1')
    expect(json.value).toEqual({ a: ['first', 'second'] })
    json.feed('2], "b": nul')
    expect(json.value).toEqual({ a: ['first', 'second', 12] })
    expect(json.complete).toBe(false)
    json.feed('l}')
    expect(json.value).toEqual({ a: ['first', 'second', 12], b: null })
    expect(json.complete).toBe(true)
  })

  test('a key "__proto__" is a key like any other', () => {
    const json = createPartialJson()
    json.feed('{"__proto__": {"polluted": true}}')
    expect(Object.hasOwn(json.value as object, '__proto__')).toBe(true)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('bounds the depth', () => {
    expect(() => createPartialJson({ maxDepth: 10 }).feed('['.repeat(11))).toThrow(/deeper than 10/)
  })
})
