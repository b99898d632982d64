/** `datetime.fromisoformat`, as CPython 3.11 parses (Modules/_datetimemodule.c), quirks included. Works on UTF-8 bytes, as it does. */

/** The fields of a parsed time; `offsetSeconds` is `undefined` for a naive one. */
export interface IsoFields {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  microsecond: number
  offsetSeconds: number | undefined
  offsetMicroseconds: number
}

type Clock = Pick<IsoFields, 'hour' | 'minute' | 'second' | 'microsecond'>

const MIDNIGHT: Clock = { hour: 0, minute: 0, second: 0, microsecond: 0 }

/** The fields of a text that Python's `fromisoformat` takes, or `undefined` where it raises `ValueError`. */
export function parseIsoFormat(text: string): IsoFields | undefined {
  // A lone surrogate has no UTF-8; Python refuses it too, but for the separator's place.
  const bytes = new TextEncoder().encode(text)
  if (bytes.length < 7) return undefined
  const separator = separatorOffset(bytes)
  if (separator < 0) return undefined
  const date = parseDate(bytes, separator)
  if (!date) return undefined
  const rest =
    bytes.length - separator > 1
      ? bytes.subarray(separator + sequenceLength(bytes[separator] ?? 0))
      : undefined
  const time = rest ? parseTime(rest) : { ...MIDNIGHT, offsetSeconds: undefined, offsetMicroseconds: 0 }
  return time && isValid({ ...date, ...time }) ? { ...date, ...time } : undefined
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1
  if ((lead & 0xf0) === 0xe0) return 3
  return (lead & 0xf0) === 0xf0 ? 4 : 2
}

const DASH = 0x2d
const PLUS = 0x2b
const COLON = 0x3a
const DOT = 0x2e
const COMMA = 0x2c
const WEEK = 0x57
const ZULU = 0x5a

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

/** Where the character between date and time stands; -1 where there can be none. */
function separatorOffset(bytes: Uint8Array): number {
  const { length } = bytes
  if (length === 7) return 7
  if (bytes[4] !== DASH) return bytes[4] === WEEK ? compactWeekEnd(bytes) : 8
  if (bytes[5] !== WEEK) return 10
  if (length < 8) return -1
  if (length === 8 || bytes[8] !== DASH) return 8
  if (length === 9) return -1
  return length > 10 && isDigit(bytes[10]) ? 8 : 10
}

/** `YYYYWww` or `YYYYWwwd`: the count of digits that follow tells which. */
function compactWeekEnd(bytes: Uint8Array): number {
  let at = 7
  while (isDigit(bytes[at])) at++
  if (at < 9) return at
  return at % 2 === 0 ? 8 : 7
}

/** A number of exactly `count` digits, or `undefined`. */
function digits(bytes: Uint8Array, at: number, count: number): number | undefined {
  let value = 0
  for (let i = at; i < at + count; i++) {
    if (!isDigit(bytes[i])) return undefined
    value = value * 10 + ((bytes[i] as number) - 0x30)
  }
  return value
}

function parseDate(bytes: Uint8Array, end: number): Pick<IsoFields, 'year' | 'month' | 'day'> | undefined {
  const year = digits(bytes, 0, 4)
  if (year === undefined) return undefined
  const dashed = bytes[4] === DASH
  const at = dashed ? 5 : 4
  if (bytes[at] === WEEK) return parseWeek(bytes, end, year, at + 1, dashed)
  const month = digits(bytes, at, 2)
  if (month === undefined || (dashed && bytes[at + 2] !== DASH)) return undefined
  const dayAt = at + (dashed ? 3 : 2)
  const day = digits(bytes, dayAt, 2)
  return day === undefined || dayAt + 2 !== end ? undefined : { year, month, day }
}

function parseWeek(bytes: Uint8Array, end: number, year: number, at: number, dashed: boolean) {
  const week = digits(bytes, at, 2)
  if (week === undefined) return undefined
  if (at + 2 >= end) return weekDate(year, week, 1)
  if (dashed && bytes[at + 2] !== DASH) return undefined
  const day = digits(bytes, at + (dashed ? 3 : 2), 1)
  return day === undefined ? undefined : weekDate(year, week, day)
}

const DAY_MS = 86_400_000

function weekDate(year: number, week: number, day: number) {
  const last = weeksOf(year)
  if (year < 1 || week < 1 || week > last || day < 1 || day > 7) return undefined
  const date = new Date(firstMonday(year) + ((week - 1) * 7 + day - 1) * DAY_MS)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

/** The Monday of ISO week 1, the week that holds 4 January. */
function firstMonday(year: number): number {
  const fourth = utcDays(year, 1, 4)
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS
}

function weeksOf(year: number): number {
  return Math.round((firstMonday(year + 1) - firstMonday(year)) / (7 * DAY_MS))
}

/** Milliseconds since the epoch of a date; unlike `Date.UTC` it takes the years 1 to 99 as they are. */
export function utcDays(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime()
}

type Time = Clock & Pick<IsoFields, 'offsetSeconds' | 'offsetMicroseconds'>

function parseTime(bytes: Uint8Array): Time | undefined {
  const zone = bytes.findIndex(byte => byte === PLUS || byte === DASH || byte === ZULU)
  const end = zone < 0 ? bytes.length : zone
  const clock = parseClock(bytes, 0, end)
  if (!clock) return undefined
  if (zone < 0)
    return clock.hasMore ? undefined : { ...clock.clock, offsetSeconds: undefined, offsetMicroseconds: 0 }
  if (bytes[zone] === ZULU) {
    return zone + 1 < bytes.length ? undefined : { ...clock.clock, offsetSeconds: 0, offsetMicroseconds: 0 }
  }
  const offset = parseClock(bytes, zone + 1, bytes.length)
  if (!offset || offset.hasMore) return undefined
  const sign = bytes[zone] === DASH ? -1 : 1
  const { hour, minute, second, microsecond } = offset.clock
  return {
    ...clock.clock,
    offsetSeconds: sign * (hour * 3600 + minute * 60 + second),
    offsetMicroseconds: sign * microsecond,
  }
}

/** `HH[:?MM[:?SS[.ffffff]]]`; `hasMore` is true where the C code stops before a character that is not the string's end. */
function parseClock(
  bytes: Uint8Array,
  start: number,
  end: number,
): { clock: Clock; hasMore: boolean } | undefined {
  const values = [0, 0, 0]
  let at = start
  let colons = true
  for (let i = 0; i < 3; i++) {
    const value = digits(bytes, at, 2)
    if (value === undefined) return undefined
    values[i] = value
    const next = bytes[at + 2]
    at += 3
    if (i === 0) colons = next === COLON
    if (at >= end) return { clock: toClock(values, 0), hasMore: next !== undefined }
    if (colons && next === COLON) continue
    if (next === DOT || next === COMMA) break
    if (colons) return undefined
    at--
  }
  return parseFraction(bytes, at, end, values)
}

function parseFraction(bytes: Uint8Array, at: number, end: number, values: number[]) {
  const count = Math.min(6, end - at)
  const fraction = digits(bytes, at, count)
  if (fraction === undefined) return undefined
  let rest = at + count
  while (isDigit(bytes[rest])) rest++
  return { clock: toClock(values, fraction * 10 ** (6 - count)), hasMore: rest < bytes.length }
}

function toClock([hour = 0, minute = 0, second = 0]: number[], microsecond: number): Clock {
  return { hour, minute, second, microsecond }
}

function isValid(time: IsoFields): boolean {
  const { year, month, day, hour, minute, second, offsetSeconds = 0, offsetMicroseconds } = time
  if (year < 1 || year > 9999 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59)
    return false
  const last = new Date(utcDays(year, month + 1, 0)).getUTCDate()
  const offset = Math.abs(offsetSeconds) + Math.abs(offsetMicroseconds) / 1e6
  return day >= 1 && day <= last && offset < 86_400
}
