/** Extraction and verification, corrected: every payload in the text is looked at, and the signature is checked over the bytes that were signed. */
import { equalBytes, fromBase64url, fromHex } from '../bytes.ts'
import { unmark } from '../unmark.ts'
import { type ContentVerdict, checkContent } from './content.ts'
import { flatten, readInner } from './inner.ts'
import { hmacBytes, isSignedBy } from './keys.ts'
import { findPayloads, type Payload } from './payload.ts'
import { type PythonDict, toPlainObject } from './python-value.ts'
import type { VerifyOptions, VerifyReason, VerifyResult } from './verdict.ts'

/** The metadata of the first payload, or `undefined`; nothing is verified. */
export function extractMetadata(text: string): Record<string, unknown> | undefined {
  for (const payload of findPayloads(unmark(text).text)) {
    const metadata = metadataOf(payload)
    if (metadata) return toPlainObject(metadata)
  }
  return undefined
}

/** The metadata inside a payload of any kind. */
function metadataOf(payload: Payload): PythonDict | undefined {
  if (payload.kind === 'c2pa') return undefined
  if (payload.kind === 'json') return payload.outer
  if (payload.kind === 'json-hmac') return payload.outer.get('data') as PythonDict
  const inner = readInner(payload)
  return inner && flatten(inner.dict)
}

/** Payloads whose signatures are checked, at most: a text that holds more was made to keep verifiers busy. */
const MAX_CHECKED = 64

/** The first payload that verifies; where none does, what is wrong with the first. Never throws for any text. */
export function verifyMetadata(text: string, options: VerifyOptions): VerifyResult {
  const { text: unmarked, marks } = unmark(text)
  const payloads = findPayloads(unmarked).slice(0, MAX_CHECKED)
  const results = payloads.map(payload => ({ payload, ...verdictOn(payload, options) }))
  const best = results.find(({ reason }) => reason === undefined) ?? results[0]
  if (!best) return toResult(undefined, 'NO_METADATA', 'unbound')
  const isSealed = marks.length > 0 || options.detached !== undefined
  const content =
    best.reason === undefined && isSealed ? checkContent(text, best.payload, options) : 'unbound'
  return toResult(best.payload, best.reason ?? CONTENT_REASONS[content], content)
}

const CONTENT_REASONS: Readonly<Record<ContentVerdict, VerifyReason | undefined>> = {
  bound: undefined,
  unbound: undefined,
  altered: 'CONTENT_ALTERED',
  incomplete: 'CONTENT_INCOMPLETE',
}

function toResult(
  payload: Payload | undefined,
  reason: VerifyReason | undefined,
  content: ContentVerdict,
): VerifyResult {
  const metadata = payload && metadataOf(payload)
  const signerId = payload?.outer.get('signer_id')
  return {
    valid: reason === undefined,
    metadata: metadata && toPlainObject(metadata),
    reason,
    version: payload && versionOf(payload),
    format: payload && formatOf(payload),
    contentBound: content === 'bound',
    signerId: typeof signerId === 'string' ? signerId : undefined,
  }
}

function versionOf({ kind }: Payload): VerifyResult['version'] {
  if (kind === 'json') return '1.0'
  return kind === 'json-hmac' ? '1.1' : '2.x-3.x'
}

function formatOf({ kind }: Payload): VerifyResult['format'] {
  return kind === 'json-hmac' ? 'json' : kind
}

function verdictOn(payload: Payload, options: VerifyOptions): { reason: VerifyReason | undefined } {
  if (payload.kind === 'c2pa') return { reason: 'C2PA' }
  if (payload.hasDuplicateKeys) return { reason: 'MALFORMED' }
  if (payload.kind === 'json') return { reason: 'UNSIGNED' }
  return {
    reason: payload.kind === 'json-hmac' ? hmacVerdict(payload, options) : ed25519Verdict(payload, options),
  }
}

/** The HMAC covers `data` as it was written. Encypher writes it anew first, and so refuses spaces, raw letters and numbers of its own spelling. */
function hmacVerdict(payload: Payload, { hmacSecretKey }: VerifyOptions): VerifyReason | undefined {
  if (!hmacSecretKey) return 'NO_KEY'
  const signature = payload.outer.get('signature')
  const range = payload.members.get('data')
  if (typeof signature !== 'string' || !/^[0-9a-f]{64}$/.test(signature) || !range) return 'MALFORMED'
  const expected = hmacBytes(hmacSecretKey, payload.json.slice(range.start, range.end))
  return equalBytes(expected, fromHex(signature)) ? undefined : 'SIGNATURE_MISMATCH'
}

function ed25519Verdict(payload: Payload, { resolveKey }: VerifyOptions): VerifyReason | undefined {
  const signerId = payload.outer.get('signer_id')
  const signature = payload.outer.get('signature')
  const inner = readInner(payload)
  if (!inner || typeof signerId !== 'string' || signerId === '' || typeof signature !== 'string')
    return 'MALFORMED'
  // The outer names are not signed; the inner ones are.
  if (inner.dict.get('signer_id') !== signerId) return 'SIGNER_MISMATCH'
  if (inner.dict.get('format') !== (payload.kind === 'basic' ? 'basic' : 'manifest')) return 'MALFORMED'
  if (!resolveKey) return 'NO_KEY'
  const key = resolveKey(signerId)
  if (!key) return 'UNKNOWN_SIGNER'
  const bytes = fromBase64url(signature)
  return bytes && inner.signed.some(signed => isSignedBy(key, signed, bytes))
    ? undefined
    : 'SIGNATURE_MISMATCH'
}
