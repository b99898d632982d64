/** Extraction and verification as Encypher 3.2 does them, for the formats that Ed25519 signs. */
import { fromBase64url } from '../bytes.ts'
import { selectorBytes, selectorRuns } from './alphabet.ts'
import { flatten, type Inner, readInner } from './inner.ts'
import { isSignedBy } from './keys.ts'
import { decodeUtf8, type Payload, type PayloadKind } from './payload.ts'
import { JsonReadError, type ReadJson, readJsonPrefix } from './python-json-read.ts'
import { SPACE } from './python-text.ts'
import { type PythonDict, toPlainObject } from './python-value.ts'
import type { VerifyOptions, VerifyReason, VerifyResult } from './verdict.ts'

/** `extract_metadata`: nothing for `jumbf`. */
export function extractAs32(text: string): Record<string, unknown> | undefined {
  const payload = readAs32(text)
  if (!payload || payload.kind === 'jumbf') return undefined
  const inner = readInner(payload)
  return inner && toPlainObject(flatten(inner.dict))
}

/** `verify_metadata`: its tuple `(ok, signer_id, payload)` is `valid`, `signerId` and `metadata` here; the payload is given on failure too. */
export function verifyAs32(text: string, { resolveKey }: VerifyOptions): VerifyResult {
  const payload = readAs32(text)
  const signerId = payload?.outer.get('signer_id')
  if (!payload || typeof signerId !== 'string' || signerId === '')
    return result(undefined, undefined, 'NO_METADATA')
  const inner = readInner(payload)
  if (!inner) return result(payload, undefined, 'MALFORMED')
  return result(payload, inner, verdict(payload, inner, resolveKey?.(signerId)))
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
  inner: Inner | undefined,
  reason: VerifyReason | undefined,
): VerifyResult {
  const signerId = payload?.outer.get('signer_id')
  return {
    valid: reason === undefined,
    metadata: inner && toPlainObject(payload?.kind === 'cbor_manifest' ? bare(inner.dict) : inner.dict),
    reason,
    version: payload && '2.x-3.x',
    format: payload && (payload.kind as VerifyResult['format']),
    contentBound: false,
    signerId: typeof signerId === 'string' ? signerId : undefined,
  }
}

/** Of a `cbor_manifest` the manifest alone. */
function bare(dict: PythonDict): PythonDict {
  const manifest = dict.get('manifest')
  return manifest instanceof Map ? manifest : dict
}

/** A run of 16 selectors or more at the end of the text, or else the first run; its JSON, or else what stands between the outermost braces. */
function readAs32(text: string): Payload | undefined {
  const bytes = trailingRun(text) ?? selectorRuns(text).next().value?.bytes
  const json = bytes && decodeUtf8(bytes)
  if (json === undefined) return undefined
  return (
    readOuter(json.replace(/^\ufeff+/, '')) ??
    readOuter(json.slice(json.indexOf('{'), json.lastIndexOf('}') + 1))
  )
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

const KINDS = new Set<unknown>(['basic', 'manifest', 'cbor_manifest', 'jumbf'])

function readOuter(json: string): Payload | undefined {
  const read = readWhole(json)
  if (!(read?.value instanceof Map)) return undefined
  const outer = read.value
  const kind = outer.get('format')
  if (!KINDS.has(kind) || !['payload', 'signature', 'signer_id'].every(key => outer.has(key)))
    return undefined
  const { members, hasDuplicateKeys } = read
  return { kind: kind as PayloadKind, outer, json, members, hasDuplicateKeys, range: undefined }
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
