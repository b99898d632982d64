/** The payloads in a text, found among every run of selectors and told apart by their shape. */
import { payloadRuns } from './alphabet.ts'
import { JsonReadError, type ReadJson, readJsonPrefix } from './python-json-read.ts'
import type { PythonDict } from './python-value.ts'

/** What a payload is: `json` (1.0, or 1.1 without a key), `json-hmac` (1.1), a format of 2.x and 3.x, or a C2PA manifest, which @streamseal/c2pa reads. */
export type PayloadKind = 'json' | 'json-hmac' | 'basic' | 'manifest' | 'cbor_manifest' | 'jumbf' | 'c2pa'

/** One payload. */
export interface Payload {
  kind: PayloadKind
  /** The outermost object. */
  outer: PythonDict
  /** As it was written, and where the outermost values stand in it. */
  json: string
  members: ReadJson['members']
  hasDuplicateKeys: boolean
  /** Where its selectors stand in the text, in UTF-16 offsets; `undefined` where they are scattered. */
  range: { start: number; end: number } | undefined
}

/** Every payload in a text that holds no marks of a seal, first to last. A run of U+FE00–FE0F alone, bytes under 16, holds none. */
export function findPayloads(text: string): Payload[] {
  const payloads: Payload[] = []
  const scattered: number[] = []
  for (const run of payloadRuns(text)) {
    const found = readRun(run.bytes, run.start)
    if (found.length > 0) payloads.push(...found)
    else if (isWrapper(run.bytes))
      payloads.push({ ...NO_JSON, kind: 'c2pa', range: { start: run.start, end: run.end } })
    else if (scattered.length < MAX_SCATTERED) for (const byte of run.bytes) scattered.push(byte)
  }
  return payloads.length > 0 ? payloads : readScattered(scattered)
}

/** Bytes: scattered selectors beyond this many are no payload of ours. */
const MAX_SCATTERED = 1 << 20

const NO_JSON = { outer: new Map(), json: '', members: new Map(), hasDuplicateKeys: false } as const

/** C2PATextManifestWrapper: `C2PATXT\0`, after a U+FEFF. */
const WRAPPER = [0x43, 0x32, 0x50, 0x41, 0x54, 0x58, 0x54, 0x00]

function isWrapper(bytes: Uint8Array): boolean {
  return WRAPPER.every((byte, i) => bytes[i] === byte)
}

/** The payloads of a run. Bytes under 16 around them are the text's own selectors (an emoji's U+FE0F is 15); anything else there spoils the run. */
function readRun(bytes: Uint8Array, offset: number): Payload[] {
  const text = decodeUtf8(bytes)
  if (text === undefined || text.charAt(skipSelectors(text, 0)) !== '{') return []
  const found: Payload[] = []
  let end = offset
  let from = 0
  for (let at = text.indexOf('{'); at < text.length; at = skipSelectors(text, at)) {
    const read = readObject(text, at)
    if (!read) return []
    const kind = kindOf(read.value)
    const json = text.slice(at, read.end)
    const start = end + selectorLength(text.slice(from, at))
    end = start + selectorLength(json)
    if (kind !== undefined) found.push(toPayload(kind, read, at, json, { start, end }))
    at = read.end
    from = at
  }
  return found
}

function skipSelectors(text: string, offset: number): number {
  let at = offset
  while (at < text.length && (text.charCodeAt(at) < 0x10 || text.charAt(at) === ' ')) at++
  return at
}

type ReadObject = ReadJson & { value: PythonDict }

function readObject(text: string, at: number): ReadObject | undefined {
  try {
    const read = readJsonPrefix(text, at)
    return read.value instanceof Map ? { ...read, value: read.value } : undefined
  } catch (error) {
    if (error instanceof JsonReadError) return undefined
    throw error
  }
}

function toPayload(
  kind: PayloadKind,
  read: ReadObject,
  at: number,
  json: string,
  range: Payload['range'],
): Payload {
  const members = new Map(
    [...read.members].map(([key, { start, end }]) => [key, { start: start - at, end: end - at }]),
  )
  return { kind, outer: read.value, json, members, hasDuplicateKeys: read.hasDuplicateKeys, range }
}

/** How many UTF-16 units some text takes as selectors. */
function selectorLength(text: string): number {
  let length = 0
  for (const byte of new TextEncoder().encode(text)) length += byte < 16 ? 1 : 2
  return length
}

/** One selector at a time, after many places: the bytes in order, less those that no JSON of Encypher's holds. */
function readScattered(bytes: readonly number[]): Payload[] {
  const json = Uint8Array.from(bytes.filter(byte => byte >= 0x20))
  const found = json.length === 0 ? [] : readRun(json, 0)
  return found.map(payload => ({ ...payload, range: undefined }))
}

const SIGNED: ReadonlySet<unknown> = new Set(['basic', 'manifest', 'cbor_manifest', 'jumbf'])

/** Whether a value names a format that Ed25519 signs. */
export function isSignedKind(format: unknown): format is 'basic' | 'manifest' | 'cbor_manifest' | 'jumbf' {
  return SIGNED.has(format)
}

/** By the exact keys: 1.x takes any object with `data` and `signature` for a signed one, even where they are the caller's own. */
function kindOf(outer: PythonDict): PayloadKind | undefined {
  const format = outer.get('format')
  if (hasKeys(outer, ['payload', 'signature', 'signer_id', 'format'])) {
    return isSignedKind(format) ? format : undefined
  }
  if (format === 'c2pa' && outer.has('cose_sign1')) return 'c2pa'
  if (hasKeys(outer, ['data', 'signature'])) return outer.get('data') instanceof Map ? 'json-hmac' : undefined
  return outer.has('model_id') || outer.has('timestamp') ? 'json' : undefined
}

function hasKeys(dict: PythonDict, keys: readonly string[]): boolean {
  return dict.size === keys.length && keys.every(key => dict.has(key))
}

/** Strict UTF-8, as Python decodes it; a BOM stays. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
