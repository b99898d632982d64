import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toSelectors } from './alphabet.ts'
import { readCbor, writeCbor } from './cbor.ts'
import { parseIsoFormat } from './iso-format.ts'
import { fromIsoformat, PythonDatetime } from './python-datetime.ts'
import { PythonFloat, printFloat } from './python-float.ts'
import { compareCodePoints, printPythonJson } from './python-json-print.ts'
import { readPythonJson } from './python-json-read.ts'
import { isBlank } from './python-text.ts'
import { type PythonValue, toPlain, toPython } from './python-value.ts'
import { targetPattern } from './targets.ts'
import { UnicodeMetadata } from './unicode-metadata.ts'

/** Values of every kind that Python's json reads. */
const { value: values } = fc.letrec<{ value: PythonValue }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.bigInt(),
    fc.double({ noNaN: true }).map(value => new PythonFloat(value)),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.string({ unit: 'binary', maxLength: 3 }), tie('value')), { maxLength: 4 })
      .map(pairs => new Map(pairs)),
  ),
}))

/** JavaScript reads integers beyond 2^53 as the nearest number it has. */
function withoutBigInts(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(withoutBigInts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutBigInts(item)]))
}

describe("Python's JSON", () => {
  test('what is printed reads back as it was, digits, order and all', () =>
    fc.assert(
      fc.property(values, value => {
        expect(readPythonJson(printPythonJson(value))).toEqual(value)
      }),
    ))

  test('for JSON that JavaScript can hold it means the same to both', () =>
    fc.assert(
      fc.property(fc.jsonValue(), given => {
        // JSON.stringify has no minus zero; Python has, as -0.0.
        const value: unknown = JSON.parse(JSON.stringify(given))
        expect(JSON.parse(printPythonJson(toPython(value)))).toEqual(value)
        expect(withoutBigInts(toPlain(readPythonJson(JSON.stringify(value))))).toEqual(value)
      }),
      { numRuns: 1000 },
    ))

  test.each([
    ['1.0', 1],
    ['-0.0', -0],
    ['1e+21', 1e21],
    ['1e-07', 1e-7],
    ['1.2345678901234568e+17', 1.2345678901234568e17],
    ['9999999999999998.0', 9999999999999998],
    ['1e+16', 1e16],
    ['0.0001', 0.0001],
    ['1e-05', 0.00001],
    ['5e-324', 5e-324],
    ['NaN', Number.NaN],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ])('a float is printed as repr prints it: %s', (text, value) => {
    expect(printFloat(value)).toBe(text)
  })

  test('everything outside 0x20-0x7E is escaped in lower-case hexadecimal, and the slash is not', () => {
    expect(printPythonJson('é😀/"\\\n\u007f\u2028\b')).toBe(
      '"\\u00e9\\ud83d\\ude00/\\"\\\\\\n\\u007f\\u2028\\b"',
    )
  })

  test('keys sort by code point, where JavaScript sorts by UTF-16 unit', () => {
    const keys = ['ﬀ', '😀', 'a']
    expect([...keys].sort(compareCodePoints)).toEqual(['a', 'ﬀ', '😀'])
    expect([...keys].sort()).toEqual(['a', '😀', 'ﬀ'])
  })

  test('half of a surrogate pair sorts by its own number, whatever it stands before', () => {
    const sorted = ['\ud83d', '\ud83d\ud840\udc00', '\ude00', 'ﬀ', '\ud83d\ude00', '\ud840\udc00']
    expect([...sorted].reverse().sort(compareCodePoints)).toEqual(sorted)
  })

  test.each([
    '',
    '01',
    '1.',
    '.5',
    '+1',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '"\n"',
    '"\\x"',
    '"\\u12g4"',
    '\ufeff1',
    'nul',
    '1 2',
    '-',
    '{"a"}',
    '[',
    '"',
  ])('%j is no JSON', text => {
    expect(() => readPythonJson(text)).toThrow(expect.objectContaining({ fault: 'syntax' }))
  })

  test('integers of more than 4,300 digits and nesting deeper than 500 are refused, at once', () => {
    expect(readPythonJson('9'.repeat(4300))).toBeTypeOf('bigint')
    expect(() => readPythonJson('9'.repeat(4301))).toThrow(expect.objectContaining({ fault: 'digits' }))
    expect(() => readPythonJson('['.repeat(1_000_000))).toThrow(expect.objectContaining({ fault: 'depth' }))
  })

  test('__proto__ is a key like any other', () => {
    const plain = toPlain(readPythonJson('{"__proto__":{"x":1}}')) as Record<string, unknown>
    expect(Object.keys(plain)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype)
  })

  test('metadata that contains itself is an error', () => {
    const circle: Record<string, unknown> = {}
    circle.self = [circle]
    expect(() => toPython(circle)).toThrow('contains itself')
  })
})

describe('CBOR', () => {
  test('what is written reads back as it was', () =>
    fc.assert(
      fc.property(values, value => {
        fc.pre(!/\p{Surrogate}/u.test(JSON.stringify(toPlainText(value))))
        expect(readCbor(writeCbor(value))).toEqual(value)
      }),
    ))

  test('any bytes give a value or an error of ours', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
        try {
          readCbor(bytes)
        } catch (error) {
          expect((error as Error).name).toBe('CborReadError')
        }
      }),
    ))
})

/** The texts of a value, for `fc.pre`. */
function toPlainText(value: PythonValue): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(toPlainText)
  return value instanceof Map ? [...value].flatMap(([key, item]) => [key, ...toPlainText(item)]) : []
}

describe('fromisoformat', () => {
  test.each([
    ['2024-03-31T00:00:00Z', '2024-03-31T00:00:00+00:00'],
    ['20240331T053015,5+0530', '2024-03-31T05:30:15.500000+05:30'],
    ['2024-W13-7', '2024-03-31T00:00:00'],
    ['2024W137T12', '2024-03-31T12:00:00'],
    ['0001-01-01é23:59:59.1234567-23:59', '0001-01-01T23:59:59.123456-23:59'],
  ])('%s is taken', (text, isoformat) => {
    const fields = fromIsoformat(text)
    expect(fields && new PythonDatetime(fields).isoformat).toBe(isoformat)
  })

  test.each([
    '',
    'yesterday',
    '2024',
    '2024-13-01',
    '2023-02-29',
    '2024-03-31T24:00',
    '2024-03-31T00:00+24:00',
    '2024-W54-1',
    '0000-01-01',
  ])('%j is refused', text => {
    expect(parseIsoFormat(text)).toBeUndefined()
  })

  test('any text gives fields or nothing', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-:+.,TWZ é') }), text => {
        const fields = parseIsoFormat(text)
        if (fields) expect(Number.isNaN(new PythonDatetime(fields).getTime())).toBe(false)
      }),
    ))
})

describe("Python's character classes", () => {
  test('white space has the separators U+001C-001F and U+0085, and not U+FEFF', () => {
    expect(['\u001c', '\u0085', '\u3000', '\ufeff', '\u200b'].map(isBlank)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  test('a combining mark ends a word, and a dot is any character but a line feed', () => {
    expect('नमस्ते'.match(targetPattern('first_letter'))).toHaveLength(2)
    expect('a\r\u2028\n'.match(targetPattern('all_characters'))).toEqual(['a', '\r', '\u2028'])
  })

  test('letters newer than Unicode 14 are none, whatever the engine knows', () => {
    expect('\u{11F04} \u{31350}'.match(targetPattern('first_letter'))).toBeNull()
  })
})

test('any text, and any payload, gives a verdict', () =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        values.map(value => new TextEncoder().encode(printPythonJson(value))),
      ),
      bytes => {
        const text = `a ${toSelectors(bytes)}b`
        const verdict = UnicodeMetadata.verifyMetadata(text, {
          hmacSecretKey: 'k',
          resolveKey: () => new Uint8Array(32),
        })
        expect([verdict.valid, verdict.contentBound]).toEqual([false, false])
        UnicodeMetadata.extractMetadata(text)
      },
    ),
  ))
