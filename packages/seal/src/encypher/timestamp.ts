/** The timestamp of a payload: whole seconds in 1.x, `YYYY-MM-DDTHH:MM:SSZ` in 2.x and 3.x. */
import { EncypherRangeError, PythonError } from './errors.ts'
import { fromIsoformat, fromTimestamp, toEpochSeconds, toWholeSeconds } from './python-datetime.ts'
import { PythonFloat } from './python-float.ts'
import type { PythonValue } from './python-value.ts'

/** What an ISO 8601 time without an offset is taken for; `local` makes the payload depend on the host. */
export type NaiveTimestamps = 'utc' | 'local'

/** How `toPayloadTimestamp` reads. */
export interface TimestampOptions {
  /** Default: none, and a time without an offset is an error. */
  naive?: NaiveTimestamps | undefined
  now: () => Date
}

/**
 * Encypher 1.x: ISO text with an offset becomes whole seconds (towards zero), text that is no ISO time stays as it is, a number loses its fraction,
 * and nothing becomes the present. Throws `EncypherRangeError` for a naive time unless `naive` says what it means.
 */
export function toPayloadTimestamp(
  value: PythonValue | Date | undefined,
  options: TimestampOptions,
): PythonValue {
  if (value === undefined || value === null) return seconds(options.now().getTime() / 1000)
  if (value instanceof Date) return seconds(value.getTime() / 1000)
  if (typeof value === 'string') return fromText(value, options.naive)
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (value instanceof PythonFloat) return seconds(value.value)
  throw invalid(value instanceof Map ? 'an object' : 'a list')
}

function fromText(text: string, naive: NaiveTimestamps | undefined): PythonValue {
  const fields = fromIsoformat(text)
  if (!fields) return text
  if (fields.offsetSeconds === undefined && naive === undefined) throw naiveTimestamp(text)
  return seconds(toEpochSeconds(fields, naive === 'utc'))
}

function seconds(value: number): bigint {
  if (!Number.isFinite(value)) throw invalid(String(value))
  return BigInt(Math.trunc(value))
}

function naiveTimestamp(text: string): EncypherRangeError {
  const way = "add an offset, such as Z, or set `naiveTimestamps` to 'utc' or 'local'"
  return new EncypherRangeError('NAIVE_TIMESTAMP', `Cannot tell when ${JSON.stringify(text)} is: ${way}`)
}

function invalid(what: string): EncypherRangeError {
  return new EncypherRangeError('INVALID_TIMESTAMP', `Cannot use ${what} as a timestamp`)
}

/** How `toIsoTimestamp` writes. */
export interface IsoTimestampOptions {
  /** Leaves the year without its zeros, as `strftime` with `%Y` does on Linux: year 737 is `737`, which ISO 8601 does not have. */
  shortYears?: boolean
}

/** Encypher 2.x and 3.x: UTC, to the second; a time without an offset is UTC. Throws `EncypherRangeError` for anything that is no time. */
export function toIsoTimestamp(
  value: PythonValue | Date | undefined,
  { shortYears = false }: IsoTimestampOptions = {},
): string | undefined {
  if (value === undefined || value === null) return undefined
  const iso = printUtc(isoSeconds(value))
  return shortYears ? iso.replace(/^0+/, '') : iso
}

function isoSeconds(value: PythonValue | Date): number {
  if (value instanceof Date) return Math.floor(value.getTime() / 1000)
  if (typeof value === 'string') {
    const fields = fromIsoformat(value)
    if (!fields) throw invalid(`${JSON.stringify(value)} (not ISO 8601)`)
    return toWholeSeconds(fields)
  }
  if (typeof value === 'bigint' || typeof value === 'boolean') return epochSeconds(Number(value))
  if (value instanceof PythonFloat) return epochSeconds(value.value)
  throw invalid(value instanceof Map ? 'an object' : 'a list')
}

/** By way of `fromtimestamp`, which rounds to microseconds before the fraction is cut. */
function epochSeconds(value: number): number {
  try {
    return toWholeSeconds(fromTimestamp(value))
  } catch (error) {
    if (error instanceof PythonError) throw invalid(`${value} (${error.message})`)
    throw error
  }
}

function printUtc(seconds: number): string {
  const date = new Date(seconds * 1000)
  const year = date.getUTCFullYear()
  if (!(year >= 1 && year <= 9999)) throw invalid(`a time in the year ${year}`)
  return `${date.toISOString().slice(0, 19)}Z`
}
