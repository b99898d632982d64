/** The caller's own claims, checked: what JSON cannot hold would be sealed as something else. */

import { SealError } from './seal-error.ts'

/** Every value takes a byte at least, so more do not fit. */
const MAX_VALUES = 2048

/**
 * Throws `TypeError` with the path of the first value that is none of JSON's: a date, a map, bytes, a function, a number
 * that is not finite, an object that holds itself. Throws `SealError` (`INVALID_CLAIMS`) for more values than fit. Members that are `undefined` are left out, as JSON leaves them out.
 */
export function checkCustom(custom: unknown): void {
  if (typeof custom !== 'object' || custom === null || !isPlain(custom) || Array.isArray(custom)) {
    throw refused('custom', custom, 'it must be an object')
  }
  let left = MAX_VALUES
  const check = (value: unknown, path: string, holders: readonly object[]): void => {
    if (left-- <= 0) throw tooMany()
    if (typeof value !== 'object' || value === null) {
      checkScalar(value, path)
      return
    }
    if (holders.includes(value)) throw refused(path, value, 'it holds itself')
    if (!isPlain(value)) throw refused(path, value, 'it is no JSON value')
    for (const [key, member] of Object.entries(value)) {
      const isLeftOut = member === undefined && !Array.isArray(value)
      if (!isLeftOut) check(member, memberPath(path, key, value), [...holders, value])
    }
  }
  check(custom, 'custom', [])
}

function checkScalar(value: unknown, path: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return
  if (typeof value === 'number' && Number.isFinite(value)) return
  throw refused(path, value, 'it is no JSON value')
}

/** An array, or an object as `{}` makes it, in this realm or another, without a form of its own for JSON. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === null || Object.getPrototypeOf(prototype) === null) && !('toJSON' in value)
}

function memberPath(path: string, key: string, holder: object): string {
  if (Array.isArray(holder)) return `${path}[${key}]`
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`
}

function tooMany(): SealError {
  return new SealError(`Cannot seal these claims: "custom" holds more than ${MAX_VALUES} values`, {
    code: 'INVALID_CLAIMS',
  })
}

function refused(path: string, value: unknown, why: string): TypeError {
  return new TypeError(`Cannot seal ${nameOf(value)} as the claim "${path.slice(0, 200)}": ${why}`)
}

function nameOf(value: unknown): string {
  if (typeof value === 'number') return `the number ${value}`
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : `a ${typeof value}`
  const { constructor: made } = value as { constructor?: { name?: unknown } }
  return typeof made?.name === 'string' ? `a value of the class ${made.name}` : 'an object'
}
