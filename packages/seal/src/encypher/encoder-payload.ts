/** The payload of `MetadataEncoder`: base64 of `EAIM`, a MAC and JSON, in zero-width characters. */
import { concatBytes, equalBytes, toHex } from '../bytes.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { hmacBytes } from './keys.ts'
import { decodeUtf8 } from './payload.ts'
import { JsonReadError, readJsonPrefix } from './python-json-read.ts'
import type { PythonDict } from './python-value.ts'
import { fromZeroWidth, toZeroWidth } from './zero-width.ts'

const utf8 = new TextEncoder()

/** What opens every payload. */
export const MAGIC: Uint8Array = utf8.encode('EAIM')

/** The MAC of each version: 1.0 has the first 8 bytes, 1.1 has 64 hexadecimal digits. */
export function macOf(version: '1.0' | '1.1', key: string, json: Uint8Array): Uint8Array {
  const mac = hmacBytes(key, json)
  return version === '1.0' ? mac.subarray(0, 8) : utf8.encode(toHex(mac))
}

/** How many zero-width characters `writeEncoderPayload` gives for so many bytes of MAC and JSON: eight for each of base64's. */
export function encoderPayloadLength(bytes: number): number {
  return Math.ceil((MAGIC.length + bytes) / 3) * 32
}

/** The zero-width characters of some JSON and its MAC. */
export function writeEncoderPayload(mac: Uint8Array, json: Uint8Array): string {
  return toZeroWidth(utf8.encode(toBase64(concatBytes(MAGIC, mac, json))))
}

/** A payload, found. */
export interface EncoderPayload {
  /** UTF-16 offsets of its characters in the text. */
  start: number
  end: number
  mac: Uint8Array
  json: Uint8Array
  metadata: PythonDict
}

/** "RUFJT" opens the base64 of every payload. */
const OPENING = toZeroWidth(utf8.encode('RUFJT'))
const NOT_ZERO_WIDTH = /[^\u200b\u200c]/

/** What looks like the opening of a payload is tried so often in one text. */
const MAX_TRIED = 16

/** The first payload in a text. The JSON says where it ends: zero-width characters of the text's own, before or behind it, are not touched (fault 11). */
export function findEncoderPayload(text: string): EncoderPayload | undefined {
  let start = text.indexOf(OPENING)
  for (let tried = 0; start >= 0 && tried < MAX_TRIED; tried++) {
    const found = readAt(text, start)
    if (found) return found
    start = text.indexOf(OPENING, start + 1)
  }
  return undefined
}

function readAt(text: string, start: number): EncoderPayload | undefined {
  const rest = text.slice(start)
  const length = rest.search(NOT_ZERO_WIDTH)
  const characters = new TextDecoder().decode(fromZeroWidth(length < 0 ? rest : rest.slice(0, length), false))
  const bytes = fromBase64(wholeGroups(characters))
  const found = bytes && readPayload(bytes)
  if (!found) return undefined
  return { ...found, start, end: start + encoderPayloadLength(found.mac.length + found.json.length) }
}

/** The longest beginning that is base64 of whole groups. */
function wholeGroups(text: string): string {
  const [body = ''] = /^[A-Za-z0-9+/]*={0,2}/.exec(text) ?? []
  return body.slice(0, body.length - (body.length % 4))
}

function readPayload(bytes: Uint8Array): Pick<EncoderPayload, 'mac' | 'json' | 'metadata'> | undefined {
  for (const macLength of [64, 8, 0]) {
    const from = MAGIC.length + macLength
    const found = bytes[from] === 0x7b ? readObject(bytes.subarray(from)) : undefined
    if (found) return { ...found, mac: bytes.subarray(MAGIC.length, from) }
  }
  return undefined
}

function readObject(bytes: Uint8Array): Pick<EncoderPayload, 'json' | 'metadata'> | undefined {
  // What follows the JSON may be any bytes: Encypher's own JSON is ASCII, so that the decoder may be lenient.
  const text = decodeUtf8(bytes) ?? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  try {
    const { value, end } = readJsonPrefix(text, 0)
    if (!(value instanceof Map)) return undefined
    return { metadata: value, json: bytes.subarray(0, utf8.encode(text.slice(0, end)).length) }
  } catch (error) {
    if (error instanceof JsonReadError) return undefined
    throw error
  }
}

/** Whether the MAC, of either version, is the key's. */
export function isAuthentic({ mac, json }: EncoderPayload, key: string): boolean {
  if (mac.length === 64) return equalBytes(mac, macOf('1.1', key, json))
  return mac.length === 8 && equalBytes(mac, macOf('1.0', key, json))
}
