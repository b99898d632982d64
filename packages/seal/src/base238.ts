/** Bytes as base-238 digits: 75 bytes make 76 digits (238^76 > 256^75), a shorter last block of n bytes makes n + 1. Each block is one big-endian number. */

const RADIX = 238
const BLOCK_BYTES = 75
const BLOCK_DIGITS = BLOCK_BYTES + 1

/** How many digits `byteLength` bytes take. */
function digitCount(byteLength: number): number {
  return byteLength + Math.ceil(byteLength / BLOCK_BYTES)
}

/** The digits (0–237) of `bytes`. */
export function toDigits(bytes: Uint8Array): Uint8Array {
  const digits = new Uint8Array(digitCount(bytes.length))
  for (let from = 0, to = 0; from < bytes.length; from += BLOCK_BYTES, to += BLOCK_DIGITS) {
    const block = bytes.subarray(from, from + BLOCK_BYTES)
    convert(block, 256, digits.subarray(to, to + block.length + 1), RADIX)
  }
  return digits
}

/** The bytes of `digits`; `undefined` where no bytes have these digits. */
export function fromDigits(digits: Uint8Array): Uint8Array | undefined {
  const blocks = Math.ceil(digits.length / BLOCK_DIGITS)
  if (digits.length % BLOCK_DIGITS === 1) return undefined
  const bytes = new Uint8Array(digits.length - blocks)
  for (let from = 0, to = 0; from < digits.length; from += BLOCK_DIGITS, to += BLOCK_BYTES) {
    const block = digits.subarray(from, from + BLOCK_DIGITS)
    if (!convert(block, RADIX, bytes.subarray(to, to + block.length - 1), 256)) return undefined
  }
  return bytes
}

/** Writes the number `from` (base `fromRadix`) into `to` (base `toRadix`); false where it does not fit. */
function convert(from: Uint8Array, fromRadix: number, to: Uint8Array, toRadix: number): boolean {
  to.fill(0)
  let overflow = 0
  for (const digit of from) overflow |= multiplyAdd(to, toRadix, fromRadix, digit)
  return overflow === 0
}

function multiplyAdd(number: Uint8Array, radix: number, factor: number, addend: number): number {
  let carry = addend
  for (let i = number.length - 1; i >= 0; i--) {
    const value = (number[i] as number) * factor + carry
    number[i] = value % radix
    carry = (value - (value % radix)) / radix
  }
  return carry
}
