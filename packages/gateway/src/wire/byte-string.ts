/** Byte strings: one char a byte (latin1), the cheapest form in which Node reads from and writes to a socket. */

const nonAscii = /[\x80-\xff]/

/** The text that a byte string encodes in UTF-8. */
export function fromBytes(bytes: string): string {
  return nonAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes
}

/** The UTF-8 bytes of a text as a byte string. */
export function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
