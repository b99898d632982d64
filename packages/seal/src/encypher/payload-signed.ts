/** The payloads of Encypher 2.x and 3.x that Ed25519 signs: `basic`, `manifest`, `cbor_manifest` and `jumbf`. */
import { toBase64url } from '../bytes.ts'
import { toBase64 } from './base64.ts'
import { writeCbor } from './cbor.ts'
import { EncypherError } from './errors.ts'
import { writeJumbf } from './jumbf.ts'
import type { MetadataParts } from './metadata.ts'
import type { EncypherFormat } from './options.ts'
import { printPythonJson } from './python-json-print.ts'
import { isTruthy, type PythonDict, type PythonValue } from './python-value.ts'
import { toIsoTimestamp } from './timestamp.ts'

/** The formats that Ed25519 signs. */
export type SignedFormat = Exclude<EncypherFormat, 'json'>

/** What `signedPayload` builds from. */
export interface SignedPayloadInput {
  format: SignedFormat
  parts: MetadataParts
  custom: PythonDict
  signerId: string
  sign: (data: Uint8Array) => Uint8Array
  omitKeys: readonly string[]
  /** As 3.2 does: reserved keys and `jumbf`'s custom metadata are dropped without a word (fault 21), and years before 1000 are short. */
  isCompat: boolean
}

const utf8 = new TextEncoder()

/** The JSON that is embedded: canonical, with the signature over the payload's bytes. The outer `signer_id` and `format` are not signed. */
export function signedPayload(input: SignedPayloadInput): string {
  const inner = omit(innerPayload(input), new Set(input.omitKeys))
  const { payload, signed } = wrap(input.format, inner)
  const outer: PythonDict = new Map<string, PythonValue>([
    ['format', input.format],
    ['payload', payload],
    ['signature', toBase64url(input.sign(signed))],
    ['signer_id', input.signerId],
  ])
  return printPythonJson(outer, { sortKeys: true })
}

/** The bytes that are signed, and the form in which they are carried. */
function wrap(format: SignedFormat, inner: PythonDict): { payload: PythonValue; signed: Uint8Array } {
  if (format === 'cbor_manifest') return carried(writeCbor(inner))
  const json = utf8.encode(printPythonJson(inner, { sortKeys: true }))
  return format === 'jumbf' ? carried(writeJumbf(json)) : { payload: inner, signed: json }
}

function carried(bytes: Uint8Array): { payload: PythonValue; signed: Uint8Array } {
  return { payload: toBase64(bytes), signed: bytes }
}

function innerPayload(input: SignedPayloadInput): PythonDict {
  const { format, parts, signerId } = input
  const inner: PythonDict = new Map()
  inner.set('signer_id', signerId)
  inner.set('format', format === 'basic' ? 'basic' : 'manifest')
  const timestamp = toIsoTimestamp(parts.timestamp, { shortYears: input.isCompat })
  if (timestamp !== undefined) inner.set('timestamp', timestamp)
  if (format === 'basic') addBasic(inner, input)
  else inner.set('manifest', manifest(input))
  return inner
}

const MANIFEST_KEYS: readonly string[] = ['claim_generator', 'actions', 'ai_info', 'custom_claims']

const RESERVED = new Set(['signer_id', 'timestamp', 'format', 'model_id'])

function addBasic(inner: PythonDict, input: SignedPayloadInput): void {
  const modelId = checkModelId(input.parts.modelId)
  if (modelId !== '') inner.set('model_id', modelId)
  const custom = customMetadata(input, input.isCompat ? MANIFEST_KEYS : [])
  const reserved = [...custom.keys()].filter(key => RESERVED.has(key))
  if (reserved.length > 0 && !input.isCompat) {
    const list = reserved.join(', ')
    throw new EncypherError(
      'INVALID_OPTION',
      `Cannot embed custom metadata under ${list}: the format uses these keys itself`,
    )
  }
  if (custom.size > 0)
    inner.set('custom_metadata', new Map([...custom].filter(([key]) => !RESERVED.has(key))))
}

function manifest(input: SignedPayloadInput): PythonDict {
  const { parts, format, isCompat } = input
  const inner: PythonDict = new Map()
  for (const key of MANIFEST_KEYS) {
    const value = parts.rest.get(key)
    if (isTruthy(value)) inner.set(key, value)
  }
  const custom = customMetadata(input, MANIFEST_KEYS)
  if (custom.size > 0 && !(format === 'jumbf' && isCompat)) inner.set('custom_metadata', custom)
  const modelId = checkModelId(parts.modelId)
  if (modelId !== '') addModelId(inner, modelId)
  return inner
}

/** The caller's `ai_info` is copied: Encypher writes the model into it (fault 32). */
function addModelId(inner: PythonDict, modelId: string): void {
  const info = inner.get('ai_info') ?? new Map()
  if (!(info instanceof Map)) {
    throw new EncypherError('INVALID_OPTION', 'Cannot add the model to `ai_info`: it must be an object')
  }
  inner.set('ai_info', new Map(info).set('model_id', modelId))
}

/** What 3.2 takes for its C2PA manifests, and drops in every other format (fault 21). */
const C2PA_KEYS: readonly string[] = [
  'ingredients',
  'custom_assertions',
  'add_hard_binding',
  'cert_chain_pem',
]

/** `custom_metadata`, and with it every key that the format has no place of its own for: none is lost (fault 21). */
function customMetadata({ parts, custom, isCompat }: SignedPayloadInput, own: readonly string[]): PythonDict {
  const known = isCompat ? [...own, ...C2PA_KEYS] : own
  const given = parts.rest.get('custom_metadata')
  if (given !== undefined && given !== null && !(given instanceof Map)) {
    throw new EncypherError('INVALID_OPTION', 'Cannot embed `custom_metadata`: it must be an object')
  }
  const all: PythonDict = given instanceof Map ? new Map(given) : new Map()
  for (const [key, value] of parts.rest)
    if (key !== 'custom_metadata' && !known.includes(key)) all.set(key, value)
  return new Map([...all, ...custom])
}

function checkModelId(modelId: PythonValue | undefined): string {
  if (modelId === undefined || modelId === null) return ''
  if (typeof modelId === 'string') return modelId
  throw new EncypherError('INVALID_OPTION', 'Cannot embed `model_id`: in this format it must be a string')
}

/** A copy without the keys, at every level. */
function omit<T extends PythonValue>(value: T, keys: ReadonlySet<string>): T {
  if (keys.size === 0) return value
  if (Array.isArray(value)) return value.map(item => omit(item, keys)) as T
  if (!(value instanceof Map)) return value
  const dict: PythonDict = value
  const kept = [...dict].filter(([key]) => !keys.has(key))
  return new Map(kept.map(([key, item]) => [key, omit(item, keys)])) as PythonValue as T
}
