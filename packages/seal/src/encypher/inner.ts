/** What a payload of 2.x or 3.x says inside, and the bytes that its signature covers. */
import { fromBase64 } from './base64.ts'
import { CborReadError, readCbor } from './cbor.ts'
import { readJumbf } from './jumbf.ts'
import { decodeUtf8, type Payload } from './payload.ts'
import { printPythonJson } from './python-json-print.ts'
import { JsonReadError, readPythonJson } from './python-json-read.ts'
import type { PythonDict, PythonValue } from './python-value.ts'

/** The inner payload, and the bytes that may have been signed. */
export interface Inner {
  dict: PythonDict
  signed: Uint8Array[]
}

/** The inner payload, or `undefined` where it is malformed. */
export function readInner(payload: Payload): Inner | undefined {
  const carried = payload.outer.get('payload')
  if (payload.kind === 'basic' || payload.kind === 'manifest') return readJsonInner(payload, carried)
  const bytes = typeof carried === 'string' ? fromBase64(carried) : undefined
  if (!bytes) return undefined
  const value = payload.kind === 'jumbf' ? readBox(bytes) : readMap(bytes)
  return value instanceof Map ? { dict: value, signed: [bytes] } : undefined
}

/** As it was written, and in the canonical form, which is what Python signs and checks. */
function readJsonInner(payload: Payload, carried: PythonValue | undefined): Inner | undefined {
  const range = payload.members.get('payload')
  if (!(carried instanceof Map) || !range) return undefined
  const raw = payload.json.slice(range.start, range.end)
  const canonical = printPythonJson(carried, { sortKeys: true })
  const utf8 = new TextEncoder()
  const signed = raw === canonical ? [raw] : [raw, canonical]
  return { dict: carried, signed: signed.map(json => utf8.encode(json)) }
}

function readBox(bytes: Uint8Array): PythonValue | undefined {
  const json = readJumbf(bytes)
  const text = json && decodeUtf8(json)
  if (text === undefined) return undefined
  try {
    return readPythonJson(text)
  } catch (error) {
    if (error instanceof JsonReadError) return undefined
    throw error
  }
}

function readMap(bytes: Uint8Array): PythonValue | undefined {
  try {
    return readCbor(bytes)
  } catch (error) {
    if (error instanceof CborReadError) return undefined
    throw error
  }
}

/** The metadata of an inner payload, a manifest's members among the others, as 3.x's `extract_metadata` gives it. */
export function flatten(inner: PythonDict): PythonDict {
  const manifest = inner.get('manifest')
  if (!(manifest instanceof Map)) return inner
  return new Map([...[...inner].filter(([key]) => key !== 'manifest'), ...manifest])
}
