/** Metadata as Python sees it: integers without bound, floats apart from them, and objects that keep the order of their keys. */
import { EncypherError } from './errors.ts'
import { PythonFloat } from './python-float.ts'

/** Any JSON value, as Python's `json` reads it. */
export type PythonValue = null | boolean | string | bigint | PythonFloat | PythonValue[] | PythonDict

/** A Python `dict` with string keys, in order; unlike a JavaScript object it may hold `"10"` before `"9"`, and `"__proto__"`. */
export type PythonDict = Map<string, PythonValue>

/** Deeper nesting is refused, in what is read and in what is written. Python's own limit is its stack, at about 1,000. */
export const MAX_DEPTH = 500

/** How numbers that JSON cannot hold are met: refused, or written as `NaN` and `Infinity`, as Python does. */
export interface ToPythonOptions {
  allowNonFinite?: boolean
}

/** A JavaScript value as Python's `json.dumps` would see it. Throws `EncypherError` for what JSON cannot hold. */
export function toPython(value: unknown, options: ToPythonOptions = {}): PythonValue {
  return convert(value, 'metadata', [], options)
}

function convert(
  value: unknown,
  path: string,
  parents: readonly object[],
  options: ToPythonOptions,
): PythonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'bigint')
    return value
  if (typeof value === 'number') return convertNumber(value, path, options)
  if (value instanceof PythonFloat) return checkFinite(value, path, options)
  if (typeof value !== 'object') throw unserialisable(path, `a ${typeof value}`)
  if (parents.includes(value)) throw unserialisable(path, 'an object that contains itself')
  if (parents.length >= MAX_DEPTH) throw unserialisable(path, `nested deeper than ${MAX_DEPTH}`)
  const inside = [...parents, value]
  if (Array.isArray(value)) return value.map((item, i) => convert(item, `${path}[${i}]`, inside, options))
  return convertObject(value, path, inside, options)
}

function convertObject(
  value: object,
  path: string,
  inside: readonly object[],
  options: ToPythonOptions,
): PythonDict {
  const dict: PythonDict = new Map()
  for (const [key, item] of entries(value, path)) {
    // As JSON.stringify has it: an optional key that is not set is not there.
    if (item !== undefined) dict.set(key, convert(item, `${path}.${key}`, inside, options))
  }
  return dict
}

function entries(value: object, path: string): [string, unknown][] {
  if (value instanceof Map) {
    const pairs = [...value.entries()]
    const wrong = pairs.find(([key]) => typeof key !== 'string')
    if (wrong) throw unserialisable(path, `a Map with the key ${String(wrong[0])}, which is no string`)
    return pairs as [string, unknown][]
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return Object.entries(value)
  throw unserialisable(path, `a ${value.constructor?.name ?? 'class instance'}`)
}

function convertNumber(value: number, path: string, options: ToPythonOptions): PythonValue {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return BigInt(value)
  return checkFinite(new PythonFloat(value), path, options)
}

function checkFinite(float: PythonFloat, path: string, options: ToPythonOptions): PythonFloat {
  if (Number.isFinite(float.value) || options.allowNonFinite) return float
  throw unserialisable(path, `${float.value}, which JSON has no word for`)
}

function unserialisable(path: string, what: string): EncypherError {
  return new EncypherError('UNSERIALISABLE_METADATA', `Cannot write ${path} as JSON: it is ${what}`)
}

/** A Python value in plain JavaScript: integers beyond 2^53 stay `bigint`, and `__proto__` is a key like any other. */
export function toPlain(value: PythonValue): unknown {
  if (typeof value === 'bigint') return toPlainInteger(value)
  if (value instanceof PythonFloat) return value.value
  if (Array.isArray(value)) return value.map(toPlain)
  return value instanceof Map ? toPlainObject(value) : value
}

function toPlainInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** `toPlain` of a dict. */
export function toPlainObject(dict: PythonDict): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const [key, item] of dict) {
    Object.defineProperty(object, key, {
      value: toPlain(item),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  return object
}

/** Python's truth: everything but `None`, `False`, zero and what is empty. */
export function isTruthy(value: PythonValue | undefined): value is PythonValue {
  if (value === undefined || value === null || value === false || value === '' || value === 0n) return false
  if (value instanceof PythonFloat) return value.value !== 0
  if (Array.isArray(value)) return value.length > 0
  return value instanceof Map ? value.size > 0 : true
}
