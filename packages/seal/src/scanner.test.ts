import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, markdownText } from '../test/arbitraries.ts'
import { scanAll, scanInChunks } from '../test/scan.ts'
import type { Format } from './scanner.ts'
import { skeletonOf } from './skeleton.ts'

const slow = process.env.STREAMSEAL_PROOF === undefined ? 1 : 20

const cuts = fc.array(fc.nat(), { maxLength: 20 })
const runs = { numRuns: 300 * slow }

describe('however a text is cut', () => {
  test('S7 places, boundaries, skeletons and flags are those of the whole', () => {
    fc.assert(
      fc.property(markdownText, cuts, (text, at) => {
        expect(scanInChunks(cut(text, at))).toEqual(scanAll(text))
      }),
      runs,
    )
  })

  test('S7 one UTF-16 unit at a time too', () => {
    fc.assert(
      fc.property(markdownText, text => {
        expect(scanInChunks(text.split(''))).toEqual(scanAll(text))
      }),
      runs,
    )
  })

  test.each<Format>(['plain', 'code', 'json'])('S7 as %s too', format => {
    fc.assert(
      fc.property(markdownText, cuts, (text, at) => {
        expect(scanInChunks(cut(text, at), format)).toEqual(scanAll(text, format))
      }),
    )
  })
})

describe('the skeleton of a stream', () => {
  test('S5 is the skeleton of the finished text', () => {
    fc.assert(
      fc.property(markdownText, text => {
        expect(scanAll(text).skeleton).toBe(skeletonOf(text, 'markdown').chars)
      }),
      runs,
    )
  })

  test('S5 is that of a rendered page where the text is not Markdown', () => {
    fc.assert(
      fc.property(markdownText, fc.constantFrom<Format>('plain', 'code', 'json'), (text, format) => {
        expect(scanAll(text, format).skeleton).toBe(skeletonOf(text, 'rendered').chars)
      }),
    )
  })

  test('S3 at each place holds exactly what stands before it, whatever follows', () => {
    fc.assert(
      fc.property(markdownText, text => {
        const { offsets } = skeletonOf(text, 'markdown')
        for (const place of scanAll(text).places)
          expect([...place.skeleton].length).toBe(offsets.filter(offset => offset < place.at).length)
      }),
      runs,
    )
  })
})

describe('S9 what looks like code or data that nobody fenced', () => {
  const code = [
    'def greet(name): pass and some more words that make this line long enough\n',
    'import numpy as np and some more words that make this line long enough to hold\n',
    'SELECT name FROM customers WHERE city IN the list of all cities that we know of\n',
    'git commit with a message that goes on and on until the line is long enough now\n',
    'name: a value of several words that goes on and on until the line is long enough\n',
    'total = price times quantity plus the cost of shipping it to where they all live\n',
    'first,second,third and some more words that go on until the line is long enough\n',
    '{ "text": "words that go on and on until this line is long enough for a mark here" }\n',
    'C:\\My Documents\\some folder with a name that goes on and on until it is long enough\n',
    '/usr/share/some folder with a name that goes on and on until it is long enough now\n',
    '    print the words that go on and on until this line is long enough for a mark\n',
    '---\ntitle: words\n---',
  ]
  const prose =
    'This is a sentence of ordinary prose that goes on for a while, and here it ends. Another one follows it. '

  test.each(code)('has no place in %j', text => {
    expect(scanAll(text).places).toEqual([])
    expect(scanAll(text).canClose).toBe(false)
  })

  test.each(code)('has none in %j either before prose, where the first comes with a sentence', text => {
    const { places } = scanAll(`${text}\n${prose}`)
    expect(places.length).toBeGreaterThan(0)
    expect(places.every(place => place.at > text.length)).toBe(true)
  })

  test('has none at all while the bracket that a text began with is open', () => {
    expect(scanAll(`{\n"text": [\n${prose}\n\n${prose}`).places).toEqual([])
  })

  test('leaves words of prose alone that code begins with too', () => {
    for (const start of ['- for', '> if', '1. use', 'For', '**with**'])
      expect(
        scanAll(`${start} those of us who write many words until the line is long enough.`).places,
      ).not.toEqual([])
  })
})

describe('S9 a closing may be appended', () => {
  test.each([
    'Paris.',
    'Yes',
    'see `x` now',
    'see [a](b) now',
    '你好。',
    'नमस्ते।',
    '안녕.',
    '- item',
    '> quote',
    'one\ntwo',
  ])('to %j', text => {
    expect(scanAll(text).canClose).toBe(true)
  })

  test.each([
    '',
    'ok\n',
    'ok ',
    '42',
    '**x.**',
    '---',
    'a\n===',
    '| a |',
    'a | b',
    'https://x.y',
    'me@x.y',
    '👍',
    '```\nx',
    '```\nx\n```',
    '# Title',
    'a $5 now',
    'नमस्ते',
    '안녕',
    '你好',
    '  indented',
    '    code',
    '[a]: b',
    '[a b',
    '`a b',
    '<b>a',
    '---\na: b',
    '$$\nx',
    '{ a',
    'x\ud83d',
  ])('but not to %j', text => {
    expect(scanAll(text).canClose).toBe(false)
  })
})

describe('boundaries', () => {
  const long = 'This is the first sentence of several, and it is long enough. Then there is another one.'

  test('tell words, sentences and the first place behind a block apart', () => {
    const { places } = scanAll(`${long}\n\n${long} And`)
    const named = places.map(place => [
      `${long}\n\n${long} And`.slice(0, place.at).match(/\S+$/)?.[0],
      place.boundary,
    ])
    expect(named).toContainEqual(['long', 'word'])
    expect(named).toContainEqual(['enough.', 'sentence'])
    expect(named.filter(([, boundary]) => boundary === 'block').length).toBe(1)
  })
})

describe('S8 scripts whose letters a mark would reshape', () => {
  const stops = {
    Hindi: '\u0964',
    Bengali: '\u0964',
    Tamil: '.',
    Myanmar: '\u104b',
    Khmer: '\u17d4',
    Korean: '.',
  }
  const words = {
    Hindi: 'बारिश',
    Bengali: 'বৃষ্টি',
    Tamil: 'மழையில்',
    Myanmar: 'မိုးရာသီ',
    Khmer: 'រដូវវស្សា',
    Korean: '장마철',
  }

  test.each(Object.keys(stops) as (keyof typeof stops)[])('have places behind the stop only: %s', script => {
    const sentence = `${`${words[script]} `.repeat(12).trim()}${stops[script]} `
    const text = sentence.repeat(3)
    const places = scanAll(text).places.map(place => place.at)
    expect(places).toEqual([1, 2, 3].map(count => sentence.length * count - 1))
  })
})
