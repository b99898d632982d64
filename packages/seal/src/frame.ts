/** A mark in the text: U+E01EE, then the payload and its checksum in base 238 as U+E0100–U+E01ED, then U+E01EF. */
import { fromDigits, toDigits } from './base238.ts'
import { concatBytes } from './bytes.ts'
import { crc24 } from './crc24.ts'

/** A payload is at most this long, in bytes. */
export const MAX_PAYLOAD_BYTES = 4096
const CHECKSUM_BYTES = 3
/** One byte and its checksum. */
const MIN_DIGITS = 5
const MAX_DIGITS = 4154

/** The values of the two framing selectors, counted from U+E0100. */
export const OPENS = 0xee
export const CLOSES = 0xef

/** The high surrogate of every character from U+E0000 to U+E03FF. */
export const SELECTOR_HIGH = 0xdb40
/** The low surrogate of U+E0100; U+E01EF's is 239 higher. */
export const SELECTOR_LOW = 0xdd00

/** The selector U+E0100 + `value`. */
export function selector(value: number): string {
  return String.fromCharCode(SELECTOR_HIGH, SELECTOR_LOW + value)
}

const alphabet = Array.from({ length: 240 }, (_, value) => selector(value))

/** The mark that carries `payload`. */
export function frame(payload: Uint8Array): string {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`Cannot write a mark of ${payload.length} bytes: at most ${MAX_PAYLOAD_BYTES} fit`)
  }
  let mark = alphabet[OPENS] as string
  for (const digit of toDigits(concatBytes(payload, checksum(payload)))) mark += alphabet[digit]
  return mark + alphabet[CLOSES]
}

/** The payload between the two framing selectors; `undefined` where length or checksum is wrong. */
export function unframe(digits: Uint8Array): Uint8Array | undefined {
  if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS) return undefined
  const bytes = fromDigits(digits)
  return bytes && checkedPayload(bytes)
}

/** `payload` with its checksum behind it. */
export function withChecksum(payload: Uint8Array): Uint8Array {
  return concatBytes(payload, checksum(payload))
}

/** The payload in front of its checksum; `undefined` where the checksum is wrong or nothing stands before it. */
export function checkedPayload(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length <= CHECKSUM_BYTES) return undefined
  const payload = bytes.slice(0, -CHECKSUM_BYTES)
  const expected = checksum(payload)
  return expected.every((byte, i) => byte === bytes[payload.length + i]) ? payload : undefined
}

function checksum(payload: Uint8Array): Uint8Array {
  const crc = crc24(payload)
  return Uint8Array.of(crc >> 16, crc >> 8, crc)
}
