/** Python's `datetime`, as Encypher 1.x hands it out, and the errors of `datetime.fromtimestamp`. */
import { PythonError } from './errors.ts'
import { type IsoFields, parseIsoFormat, utcDays } from './iso-format.ts'

/**
 * Under `compat` only: the `datetime` that Encypher 1.x makes of a timestamp. A `Date` (milliseconds) that also keeps what Python shows.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { PythonDatetime, UnicodeMetadata } from '@streamseal/seal/encypher'
 *
 * const text = UnicodeMetadata.embedMetadata({ text: 'a b', metadata: { model_id: 'm', timestamp: 1711843200 } })
 * const { timestamp } = UnicodeMetadata.extractMetadata(text, { compat: '1.1' }) ?? {}
 * assert.ok(timestamp instanceof PythonDatetime)
 * assert.equal(timestamp.isoformat, '2024-03-31T00:00:00+00:00')
 * ```
 */
export class PythonDatetime extends Date {
  /** `datetime.isoformat()`: with microseconds and the offset where there are any. */
  readonly isoformat: string
  /** `datetime.timestamp()`: seconds since the epoch; a naive time is read in the host's time zone, as Python does. */
  readonly epochSeconds: number

  constructor(fields: IsoFields) {
    const epochSeconds = toEpochSeconds(fields)
    super(Math.floor(epochSeconds * 1000))
    this.isoformat = print(fields)
    this.epochSeconds = epochSeconds
  }
}

/** Seconds since the epoch. Without an offset the host's own time zone is meant, unless `naiveAsUtc`. */
export function toEpochSeconds(fields: IsoFields, naiveAsUtc = false): number {
  return clockSeconds(fields, naiveAsUtc) + (fields.microsecond - fields.offsetMicroseconds) / 1e6
}

/** As `toEpochSeconds`, without the fraction (towards the past); exact, where a float would round up near the year 9999. */
export function toWholeSeconds(fields: IsoFields): number {
  return clockSeconds(fields, true) + Math.floor((fields.microsecond - fields.offsetMicroseconds) / 1e6)
}

function clockSeconds(fields: IsoFields, naiveAsUtc: boolean): number {
  const { year, month, day, hour, minute, second, offsetSeconds } = fields
  if (offsetSeconds === undefined && !naiveAsUtc) return localSeconds(fields)
  return utcDays(year, month, day) / 1000 + hour * 3600 + minute * 60 + second - (offsetSeconds ?? 0)
}

function localSeconds({ year, month, day, hour, minute, second }: IsoFields): number {
  const date = new Date(2000, 0, 1, hour, minute, second)
  date.setFullYear(year, month - 1, day)
  // Setting the date may cross a change of the clocks, which moves the hour: set it again.
  date.setHours(hour, minute, second)
  return date.getTime() / 1000
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0')
}

function print(fields: IsoFields): string {
  const { year, month, day, hour, minute, second, microsecond } = fields
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`
  const fraction = microsecond === 0 ? '' : `.${pad(microsecond, 6)}`
  return `${date}T${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}${printOffset(fields)}`
}

function printOffset({ offsetSeconds, offsetMicroseconds }: IsoFields): string {
  if (offsetSeconds === undefined) return ''
  const negative = offsetSeconds < 0 || offsetMicroseconds < 0
  const size = Math.abs(offsetSeconds)
  const minutes = `${negative ? '-' : '+'}${pad(Math.floor(size / 3600))}:${pad(Math.floor(size / 60) % 60)}`
  const micros = offsetMicroseconds === 0 ? '' : `.${pad(Math.abs(offsetMicroseconds), 6)}`
  return size % 60 === 0 && micros === '' ? minutes : `${minutes}:${pad(size % 60)}${micros}`
}

/** `datetime.fromisoformat(text.replace("Z", "+00:00"))`, or `undefined` where that raises. */
export function fromIsoformat(text: string): IsoFields | undefined {
  return parseIsoFormat(text.replaceAll('Z', '+00:00'))
}

/** `datetime.fromtimestamp(seconds, tz=timezone.utc)`: rounded to microseconds, half to even. Throws `PythonError`, as it does. */
export function fromTimestamp(seconds: number | bigint): IsoFields {
  checkRange(Number(seconds))
  const whole = Math.floor(Number(seconds))
  const micros = roundHalfEven((Number(seconds) - whole) * 1e6)
  const date = new Date((whole + (micros === 1e6 ? 1 : 0)) * 1000)
  checkYear(date)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: micros % 1e6,
    offsetSeconds: 0,
    offsetMicroseconds: 0,
  }
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Where glibc's `gmtime` gives up: the year no longer fits 32 bits. */
const GMTIME_LIMIT = 67_768_036_191_676_800

function checkRange(seconds: number): void {
  if (Number.isNaN(seconds)) throw new PythonError('ValueError', 'Invalid value NaN (not a number)')
  if (seconds >= 2 ** 63 || seconds < -(2 ** 63)) {
    throw new PythonError('OverflowError', 'timestamp out of range for platform time_t')
  }
  if (Math.abs(seconds) >= GMTIME_LIMIT) {
    throw new PythonError('OSError', '[Errno 75] Value too large for defined data type')
  }
}

function checkYear(date: Date): void {
  const year = date.getUTCFullYear()
  if (!(year >= 1 && year <= 9999)) throw new PythonError('ValueError', `year ${year} is out of range`)
}
