/** JSON as Python prints it: `json.dumps(value, separators=(",", ":"))`, in ASCII. */
import { isHigh, isLow } from './place.ts'
import { PythonFloat } from './python-float.ts'
import type { PythonDict, PythonValue } from './python-value.ts'

/** How the keys stand. */
export interface PrintOptions {
  /** `sort_keys=True`: by code point at every level. JavaScript sorts by UTF-16 unit, which puts U+1F600 before U+FF21. */
  sortKeys?: boolean
}

/**
 * The value's JSON, byte for byte what CPython's `json.dumps` gives.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { printPythonJson, PythonFloat, type PythonValue } from '@streamseal/seal/encypher'
 *
 * const value = new Map<string, PythonValue>([['n', new PythonFloat(1e21)], ['é', 10n ** 20n]])
 * assert.equal(printPythonJson(value), '{"n":1e+21,"\\u00e9":100000000000000000000}')
 * ```
 */
export function printPythonJson(value: PythonValue, options: PrintOptions = {}): string {
  if (typeof value === 'string') return printString(value)
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (value instanceof PythonFloat) return value.toString()
  if (Array.isArray(value)) return `[${value.map(item => printPythonJson(item, options)).join(',')}]`
  return printDict(value, options)
}

function printDict(dict: PythonDict, options: PrintOptions): string {
  const pairs = [...dict]
  if (options.sortKeys) pairs.sort(([a], [b]) => compareCodePoints(a, b))
  return `{${pairs.map(([key, item]) => `${printString(key)}:${printPythonJson(item, options)}`).join(',')}}`
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
}

/** Everything outside 0x20–0x7E is escaped, U+007F too; U+007F is what JSON.stringify would leave. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
const ESCAPED = /["\\\x00-\x1f\x7f-\uffff]/g

function printString(text: string): string {
  return `"${text.replace(ESCAPED, unit => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
}

/** Orders strings by code point, as Python compares them: a surrogate pair sorts above every character of the basic plane, and half of one does not. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === length) return a.length - b.length
  const start = isWithinPair(a, at) || isWithinPair(b, at) ? at - 1 : at
  return (a.codePointAt(start) ?? 0) - (b.codePointAt(start) ?? 0)
}

function isWithinPair(text: string, at: number): boolean {
  return isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1))
}
