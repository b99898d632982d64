/** Extraction and verification as Encypher 1.0 and 1.1 do them, quirk for quirk and exception for exception. */
import { equalBytes } from '../bytes.ts'
import { firstRun } from './alphabet.ts'
import { PythonError } from './errors.ts'
import { hmacHex } from './keys.ts'
import { decodeUtf8 } from './payload.ts'
import { fromIsoformat, fromTimestamp, PythonDatetime } from './python-datetime.ts'
import { PythonFloat } from './python-float.ts'
import { printPythonJson } from './python-json-print.ts'
import { JsonReadError, readPythonJson } from './python-json-read.ts'
import { type PythonDict, type PythonValue, toPlain, toPlainObject } from './python-value.ts'
import type { VerifyOptions, VerifyResult } from './verdict.ts'

/** What 1.x calls metadata: a dict, or, by accident, a string or a list. */
type LegacyMetadata = Record<string, unknown>

const nothing = (): LegacyMetadata => ({ model_id: '', timestamp: null })

/** The bytes of the first run; no other run is ever read (fault 5). */
function readFirstRun(text: string): Uint8Array | undefined {
  return firstRun(text)?.bytes
}

/** `extract_metadata`. 1.0 lets `UnicodeDecodeError` and `TypeError` escape; 1.1 catches everything. */
export function extractLegacy(text: string, compat: '1.0' | '1.1'): LegacyMetadata {
  const bytes = readFirstRun(text)
  if (!bytes) return nothing()
  try {
    const parsed = parse(bytes)
    return toMetadata(compat === '1.1' ? unwrap(parsed) : parsed, compat === '1.0')
  } catch (error) {
    if (compat === '1.0' && error instanceof PythonError && error.code !== 'JSONDecodeError') throw error
    return nothing()
  }
}

/** `json.loads(data.decode("utf-8"))`. */
function parse(bytes: Uint8Array): PythonValue {
  const text = decodeUtf8(bytes)
  if (text === undefined)
    throw new PythonError('UnicodeDecodeError', "'utf-8' codec can't decode the payload")
  try {
    return readPythonJson(text)
  } catch (error) {
    throw error instanceof JsonReadError ? toPythonError(error) : error
  }
}

function toPythonError(error: JsonReadError): PythonError {
  const code = ({ syntax: 'JSONDecodeError', digits: 'ValueError', depth: 'RecursionError' } as const)[
    error.fault
  ]
  return new PythonError(code, error.message)
}

/** Any dict with both keys is taken for a signed one. */
function unwrap(parsed: PythonValue): PythonValue {
  return isSigned(parsed) ? (parsed.get('data') ?? null) : parsed
}

function isSigned(parsed: PythonValue): parsed is PythonDict {
  return parsed instanceof Map && parsed.has('data') && parsed.has('signature')
}

/** Adds `model_id` and makes a datetime of `timestamp`; what is no dict mostly raises `TypeError`, and sometimes passes. */
function toMetadata(value: PythonValue, keepsBadTime: boolean): LegacyMetadata {
  if (!(value instanceof Map)) return passAsDict(value)
  const metadata = toPlainObject(value.has('model_id') ? value : new Map([...value, ['model_id', '']]))
  if (value.has('timestamp')) metadata.timestamp = toDatetime(value.get('timestamp') ?? null, keepsBadTime)
  return metadata
}

/** `"model_id" not in value` holds for most strings and lists, and then assigning to them raises. */
function passAsDict(value: PythonValue): LegacyMetadata {
  const has = (key: string) => (typeof value === 'string' || Array.isArray(value)) && value.includes(key)
  if (!has('model_id') || has('timestamp')) throw new PythonError('TypeError', 'the payload is not a dict')
  return toPlain(value) as LegacyMetadata
}

function toDatetime(value: PythonValue, keepsBadTime: boolean): unknown {
  if (typeof value === 'string') {
    const fields = fromIsoformat(value)
    return fields ? new PythonDatetime(fields) : value
  }
  const number = toNumber(value)
  if (number === undefined) return toPlain(value)
  try {
    return new PythonDatetime(fromTimestamp(number))
  } catch (error) {
    if (keepsBadTime && error instanceof PythonError && error.code !== 'OSError') return toPlain(value)
    throw error
  }
}

/** Python's `int`, `float`, and `bool`, which is an `int`. */
function toNumber(value: PythonValue): number | bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof PythonFloat ? value.value : undefined
}

/** 1.1's `verify_metadata`; its tuple `(metadata, is_verified)` is `metadata` and `valid` here. Raises where it raises (fault 6). */
export function verifyLegacy(text: string, { hmacSecretKey }: VerifyOptions): VerifyResult {
  if (!hmacSecretKey) return result(extractLegacy(text, '1.1'), false)
  const bytes = readFirstRun(text)
  if (!bytes) return result(nothing(), false)
  try {
    const parsed = parse(bytes)
    if (!isSigned(parsed)) return result(extractLegacy(text, '1.1'), false)
    const data = parsed.get('data') ?? null
    const isVerified = isSignature(data, parsed.get('signature'), hmacSecretKey)
    return result(toMetadata(data, false), isVerified)
  } catch (error) {
    if (error instanceof PythonError && (error.code === 'JSONDecodeError' || error.code === 'TypeError')) {
      return result(nothing(), false)
    }
    throw error
  }
}

/** Over the data written anew, and compared as text: upper-case digits are another signature. */
function isSignature(data: PythonValue, signature: PythonValue | undefined, key: string): boolean {
  if (typeof signature !== 'string' || /[\u0080-\uffff]/.test(signature)) {
    throw new PythonError('TypeError', 'comparing strings with non-ASCII characters is not supported')
  }
  const utf8 = new TextEncoder()
  return equalBytes(utf8.encode(signature), utf8.encode(hmacHex(key, printPythonJson(data))))
}

function result(metadata: LegacyMetadata, valid: boolean): VerifyResult {
  return {
    valid,
    metadata,
    reason: valid ? undefined : 'SIGNATURE_MISMATCH',
    version: '1.1',
    format: 'json',
    contentBound: false,
    signerId: undefined,
  }
}
