/** The alphabet of `MetadataEncoder`: U+200B is 0, U+200C is 1, the lowest bit of each byte first. */

const ZERO = '\u200b'
const ONE = '\u200c'

/** Bytes as zero-width characters, eight to a byte. */
export function toZeroWidth(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) for (let bit = 0; bit < 8; bit++) text += (byte >> bit) & 1 ? ONE : ZERO
  return text
}

/** The bytes of a string of zero-width characters; a last group of fewer than eight is a byte too where `keepsRest`, as in the Python package. */
export function fromZeroWidth(text: string, keepsRest: boolean): Uint8Array {
  const bytes = new Uint8Array(keepsRest ? Math.ceil(text.length / 8) : Math.floor(text.length / 8))
  for (let i = 0; i < bytes.length * 8; i++) {
    if (text.charAt(i) === ONE) bytes[i >> 3] = (bytes[i >> 3] as number) | (1 << (i & 7))
  }
  return bytes
}
