/** Extraction and verification as Encypher 3.2 does them, for the formats that Ed25519 signs. */
import { fromBase64url } from '../bytes.ts'
import { selectorBytes, selectorRuns } from './alphabet.ts'
import { flatten, type Inner, readInner } from './inner.ts'
import { isSignedBy } from './keys.ts'
import { decodeUtf8, isSignedKind, type Payload } from './payload.ts'
import { JsonReadError, type ReadJson, readJsonPrefix } from './python-json-read.ts'
import { SPACE } from './python-text.ts'
import { type PythonDict, type PythonValue, toPlainObject } from './python-value.ts'
import type { VerifyOptions, VerifyReason, VerifyResult } from './verdict.ts'

/** An outer object with every key that 3.x asks for; without `payload` where its format is none of those that 3.x knows. */
interface Outer {
  dict: PythonDict
  payload: Payload | undefined
}

/** `extract_metadata`: nothing for `jumbf`, and for an unknown format the payload as it is. */
export function extractAs32(text: string): Record<string, unknown> | undefined {
  const outer = readAs32(text)
  if (!outer) return undefined
  const carried = outer.dict.get('payload')
  if (!outer.payload) return carried instanceof Map ? toPlainObject(carried) : undefined
  if (outer.payload.kind === 'jumbf') return undefined
  const inner = readInner(outer.payload)
  return inner && toPlainObject(flatten(inner.dict))
}

/** `verify_metadata`: its tuple `(ok, signer_id, payload)` is `valid`, `signerId` and `metadata` here; the payload is given on failure too. */
export function verifyAs32(text: string, { resolveKey }: VerifyOptions): VerifyResult {
  const outer = readAs32(text)
  const signerId = outer?.dict.get('signer_id')
  if (!outer || typeof signerId !== 'string' || signerId === '')
    return result(undefined, undefined, undefined, 'NO_METADATA')
  const { payload, dict } = outer
  const inner = payload && readInner(payload)
  if (!inner) return result(payload, signerId, dict.get('payload'), 'MALFORMED')
  const metadata = payload.kind === 'cbor_manifest' ? bare(inner.dict) : inner.dict
  return result(payload, signerId, metadata, verdict(payload, inner, resolveKey?.(signerId)))
}

function verdict(
  payload: Payload,
  inner: Inner,
  key: ReturnType<NonNullable<VerifyOptions['resolveKey']>>,
): VerifyReason | undefined {
  if (!key) return 'UNKNOWN_SIGNER'
  const signature = payload.outer.get('signature')
  const bytes = typeof signature === 'string' ? fromBase64url(signature.replace(/=+$/, '')) : undefined
  const canonical = inner.signed.at(-1)
  return bytes && canonical && isSignedBy(key, canonical, bytes) ? undefined : 'SIGNATURE_MISMATCH'
}

function result(
  payload: Payload | undefined,
  signerId: string | undefined,
  metadata: PythonValue | undefined,
  reason: VerifyReason | undefined,
): VerifyResult {
  return {
    valid: reason === undefined,
    metadata: metadata instanceof Map ? toPlainObject(metadata) : undefined,
    reason,
    version: payload && '2.x-3.x',
    format: payload && (payload.kind as VerifyResult['format']),
    contentBound: false,
    signerId,
  }
}

/** Of a `cbor_manifest` the manifest alone. */
function bare(dict: PythonDict): PythonDict {
  const manifest = dict.get('manifest')
  return manifest instanceof Map ? manifest : dict
}

/** A run of 16 selectors or more at the end of the text, or else the first run; its JSON, or, where that is none, what stands between the outermost braces. */
function readAs32(text: string): Outer | undefined {
  const bytes = trailingRun(text) ?? selectorRuns(text).next().value?.bytes
  const json = bytes && decodeUtf8(bytes)
  if (json === undefined) return undefined
  const whole = json.replace(/^\ufeff+/, '')
  const read = readWhole(whole)
  if (read) return toOuter(read, whole)
  const trimmed = json.slice(json.indexOf('{'), json.lastIndexOf('}') + 1)
  return toOuter(readWhole(trimmed), trimmed)
}

const TRAILING = new RegExp(`(?:${SPACE}|[\\ufeff\\u200b-\\u200d\\u2060])`)

function trailingRun(text: string): Uint8Array | undefined {
  let end = text.length
  while (end > 0 && TRAILING.test(text.charAt(end - 1))) end--
  let start = end
  for (let size = selectorBefore(text, start); size > 0; size = selectorBefore(text, start)) start -= size
  const bytes = selectorBytes(text.slice(start, end))
  return bytes.length >= 16 ? bytes : undefined
}

/** How many UTF-16 units the selector that ends at `index` has; 0 where there is none. */
function selectorBefore(text: string, index: number): number {
  const unit = text.charCodeAt(index - 1)
  if (unit >= 0xfe00 && unit <= 0xfe0f) return 1
  return unit >= 0xdd00 && unit <= 0xddef && text.charCodeAt(index - 2) === 0xdb40 ? 2 : 0
}

function toOuter(read: ReadJson | undefined, json: string): Outer | undefined {
  if (!(read?.value instanceof Map)) return undefined
  const dict = read.value
  if (!['payload', 'signature', 'signer_id', 'format'].every(key => dict.has(key))) return undefined
  const kind = dict.get('format')
  const { members, hasDuplicateKeys } = read
  const payload = isSignedKind(kind)
    ? { kind, outer: dict, json, members, hasDuplicateKeys, range: undefined }
    : undefined
  return { dict, payload }
}

function readWhole(json: string): ReadJson | undefined {
  try {
    const read = readJsonPrefix(json, 0)
    return json.slice(read.end).trim() === '' ? read : undefined
  } catch (error) {
    if (error instanceof JsonReadError) return undefined
    throw error
  }
}
