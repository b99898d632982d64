/** The alphabet of `MetadataEncoder`: U+200B is 0, U+200C is 1, the lowest bit of each byte first. */

import { joinBytes } from './join-bytes.ts'

const ZERO = '\u200b'
const ONE = '\u200c'

const OCTETS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  Array.from({ length: 8 }, (_, bit) => ((byte >> bit) & 1 ? ONE : ZERO)).join(''),
)

/** Bytes as zero-width characters, eight to a byte. */
export function toZeroWidth(bytes: Uint8Array): string {
  return joinBytes(bytes, OCTETS)
}

/** The bytes of a string of zero-width characters; a last group of fewer than eight is a byte too where `keepsRest`, as in the Python package. */
export function fromZeroWidth(text: string, keepsRest: boolean): Uint8Array {
  const bytes = new Uint8Array(keepsRest ? Math.ceil(text.length / 8) : Math.floor(text.length / 8))
  for (let i = 0; i < bytes.length * 8; i++) {
    if (text.charAt(i) === ONE) bytes[i >> 3] = (bytes[i >> 3] as number) | (1 << (i & 7))
  }
  return bytes
}
