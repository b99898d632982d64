/** Marks that are kept beside the text: `ss1.` and the base64url of their payloads, each behind its length, with one checksum. */
import { ByteReader, ByteWriter, fromBase64url, toBase64url } from './bytes.ts'
import { checkedPayload, MAX_PAYLOAD_BYTES, withChecksum } from './frame.ts'

const PREFIX = 'ss1.'
/** Longer strings are malformed, in characters: those of several answers fit. */
const MAX_DETACHED_LENGTH = 65_536

/** The printable form of payloads. */
export function encodeDetached(payloads: readonly Uint8Array[]): string {
  const writer = new ByteWriter()
  for (const payload of payloads) writer.varint(payload.length).bytes(payload)
  return PREFIX + toBase64url(withChecksum(writer.toBytes()))
}

/** The payloads of a detached string, or of several with white space between them; `undefined` where one is malformed. White space around them is ignored. */
export function decodeDetached(text: string): Uint8Array[] | undefined {
  const trimmed = text.length <= MAX_DETACHED_LENGTH ? text.trim() : ''
  const all = trimmed.split(/\s+/).map(decodeOne)
  return all.every(payloads => payloads !== undefined) ? all.flat() : undefined
}

function decodeOne(text: string): Uint8Array[] | undefined {
  if (!text.startsWith(PREFIX)) return undefined
  const bytes = fromBase64url(text.slice(PREFIX.length))
  const checked = bytes && checkedPayload(bytes)
  return checked && split(checked)
}

function split(bytes: Uint8Array): Uint8Array[] | undefined {
  const payloads: Uint8Array[] = []
  try {
    const reader = new ByteReader(bytes)
    while (reader.left > 0) {
      const length = reader.varint()
      if (length > MAX_PAYLOAD_BYTES) return undefined
      payloads.push(reader.bytes(length))
    }
  } catch {
    // A length that does not fit: malformed, as the caller is told.
    return undefined
  }
  return payloads
}
