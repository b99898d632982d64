/** `MetadataEncoder`'s decoding as 1.0 and 1.1 do it: every U+200B and U+200C of the text is taken for the payload's. */
import { equalBytes } from '../bytes.ts'
import { MAGIC, macOf } from './encoder-payload.ts'
import { PythonError } from './errors.ts'
import { decodeUtf8 } from './payload.ts'
import { JsonReadError, readPythonJson } from './python-json-read.ts'
import { toPlain } from './python-value.ts'
import { fromZeroWidth } from './zero-width.ts'

/** `(metadata, clean_text)`; `undefined` and the text as it was where nothing is decoded. */
export function decodeLegacy(
  text: string,
  version: '1.0' | '1.1',
  key: string | undefined,
): { metadata: unknown; cleanText: string } {
  const nothing = { metadata: undefined, cleanText: text }
  const hidden = text.replace(/[^\u200b\u200c]/g, '')
  const combined = hidden === '' ? undefined : decodeBase64(fromZeroWidth(hidden, true))
  if (!combined || !equalBytes(combined.subarray(0, 4), MAGIC)) return nothing
  const split = MAGIC.length + (version === '1.0' ? 8 : 64)
  const json = combined.subarray(split)
  if (!isMac(combined.subarray(MAGIC.length, split), json, version, key)) return nothing
  const metadata = parse(json)
  return metadata === undefined
    ? nothing
    : { metadata: metadata.value, cleanText: text.replace(/[\u200b\u200c]/g, '') }
}

/** Without a key 1.1 computes no MAC, and compares nothing with the payload's first 64 bytes: nothing of its own is ever decoded. */
function isMac(mac: Uint8Array, json: Uint8Array, version: '1.0' | '1.1', key: string | undefined): boolean {
  if (version === '1.0') return equalBytes(mac, macOf('1.0', key ?? '', json))
  const text = decodeUtf8(mac)
  if (text === undefined)
    throw new PythonError('UnicodeDecodeError', "'utf-8' codec can't decode the signature")
  if (text.length !== mac.length) {
    throw new PythonError('TypeError', 'comparing strings with non-ASCII characters is not supported')
  }
  return equalBytes(mac, key === undefined ? new Uint8Array() : macOf('1.1', key, json))
}

function parse(json: Uint8Array): { value: unknown } | undefined {
  const text = decodeUtf8(json)
  if (text === undefined)
    throw new PythonError('UnicodeDecodeError', "'utf-8' codec can't decode the metadata")
  try {
    return { value: toPlain(readPythonJson(text)) }
  } catch (error) {
    if (error instanceof JsonReadError && error.fault === 'syntax') return undefined
    throw error
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const values = new Map([...ALPHABET].map((letter, value) => [letter.charCodeAt(0), value]))

/** `base64.b64decode` without validation (CPython's `binascii.a2b_base64`): what is not of the alphabet is skipped, and padding that completes a group ends it. */
function decodeBase64(characters: Uint8Array): Uint8Array | undefined {
  const out: number[] = []
  let position = 0
  let pads = 0
  let held = 0
  for (const character of characters) {
    if (character === 0x3d) {
      if (position >= 2 && position + ++pads >= 4) return Uint8Array.from(out)
      continue
    }
    const value = values.get(character)
    if (value === undefined) continue
    pads = 0
    held = ((held << 6) | value) & 0xffffff
    if (position > 0) out.push((held >> (6 - 2 * position)) & 0xff)
    position = (position + 1) % 4
  }
  return position === 0 ? Uint8Array.from(out) : undefined
}
