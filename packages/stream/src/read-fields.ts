/** Reads the fields of a parsed JSON body, and says which one cannot be read. */
import { StreamError } from './stream-error.ts'

/** A JSON object. */
export type Fields = Record<string, unknown>

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object at a place, or `INVALID_REQUEST`. */
export function readObject(value: unknown, at: string): Fields {
  if (isObject(value)) return value
  throw unreadable(at, 'is not an object')
}

/** The array at a place, or `INVALID_REQUEST`. */
export function readArray(value: unknown, at: string): unknown[] {
  if (Array.isArray(value)) return value
  throw unreadable(at, 'is not an array')
}

/** The string at a place, or `INVALID_REQUEST`. */
export function readString(value: unknown, at: string): string {
  if (typeof value === 'string') return value
  throw unreadable(at, 'is not a string')
}

/** The number at a place, `undefined` where there is none or null, or `INVALID_REQUEST`. */
export function readNumber(value: unknown, at: string): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw unreadable(at, 'is not a number')
}

/** The error that names the field. */
export function unreadable(at: string, what: string): StreamError {
  return new StreamError(`Cannot read the request: ${at} ${what}`, { code: 'INVALID_REQUEST' })
}
