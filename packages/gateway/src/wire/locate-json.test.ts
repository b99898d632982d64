import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addMember, applyEdits, locateJson } from './locate-json.ts'

type Path = (string | number)[]

/** Every path of a value, with what stands there. */
function pathsOf(value: unknown, path: Path = []): [Path, unknown][] {
  const here: [Path, unknown][] = [[path, value]]
  if (Array.isArray(value))
    return here.concat(value.flatMap((item, index) => pathsOf(item, [...path, index])))
  if (typeof value !== 'object' || value === null) return here
  return here.concat(Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key])))
}

const spacings = fc.constantFrom(undefined, 1, '\t')

describe('locateJson()', () => {
  test('finds every value of any JSON text, however it is spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), spacings, (value, spacing) => {
        const json = JSON.stringify(value, null, spacing)
        for (const [path, expected] of pathsOf(JSON.parse(json))) {
          const span = locateJson(json, path)
          expect(span).toBeDefined()
          expect(JSON.parse(json.slice(span!.start, span!.end))).toEqual(expected)
        }
      }),
    )
  })

  test('finds nothing where the path leads nowhere', () => {
    const json = '{"choices": [{"delta": {"content": null}}], "n": 1}'
    expect(locateJson(json, ['choices', 1])).toBeUndefined()
    expect(locateJson(json, ['choices', 0, 'delta', 'role'])).toBeUndefined()
    expect(locateJson(json, ['n', 'x'])).toBeUndefined()
    expect(locateJson('[]', [0])).toBeUndefined()
    expect(locateJson('{}', ['x'])).toBeUndefined()
  })

  test('takes the last of equal keys, as JSON.parse does, and keys written with escapes', () => {
    const json = '{"content":"a","cont\\u0065nt":"b"}'
    const span = locateJson(json, ['content'])
    expect(json.slice(span!.start, span!.end)).toBe('"b"')
  })
})

test('applyEdits() changes only what it is told, whatever the order', () => {
  const json = '{"seed":12345678901234567890,"a":"x","b":1.0}'
  const a = locateJson(json, ['a'])!
  const b = locateJson(json, ['b'])!
  const edited = applyEdits(json, [
    { ...a, text: '"long"' },
    { ...b, text: '2.0' },
  ])
  expect(edited).toBe('{"seed":12345678901234567890,"a":"long","b":2.0}')
})

test('addMember() adds to an empty object and to one with spaces', () => {
  expect(addMember('{}', 'a', 1)).toBe('{"a":1}')
  expect(addMember('{ "b": {} }\n', 'a', { c: '}' })).toBe('{ "b": {},"a":{"c":"}"}}\n')
})
