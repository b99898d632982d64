/** Bytes: written, read, compared, and as text. */

/** Bytes one after the other; numbers are LEB128 (7 bits a byte, lowest first). */
export class ByteWriter {
  #bytes: number[] = []

  byte(value: number): this {
    this.#bytes.push(value & 0xff)
    return this
  }

  bytes(values: Uint8Array): this {
    for (const value of values) this.#bytes.push(value)
    return this
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): this {
    let rest = value
    while (rest >= 0x80) {
      this.#bytes.push((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes.push(rest)
    return this
  }

  /** A signed number: 0, -1, 1, -2 … are written as 0, 1, 2, 3 …. */
  zigzag(value: number): this {
    return this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }
}

/** The bytes ended early, or held a number that is not in its shortest form. */
export class MalformedBytes extends Error {}

/** Reads what `ByteWriter` wrote; throws `MalformedBytes` at the end and at numbers over 2^53 - 1 or not in shortest form. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get offset(): number {
    return this.#at
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    const value = this.#bytes[this.#at]
    if (value === undefined) throw new MalformedBytes('Cannot read a byte: the bytes have ended')
    this.#at++
    return value
  }

  bytes(length: number): Uint8Array {
    if (length > this.left) throw new MalformedBytes('Cannot read a byte: the bytes have ended')
    const values = this.#bytes.slice(this.#at, this.#at + length)
    this.#at += length
    return values
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (value > Number.MAX_SAFE_INTEGER) throw new MalformedBytes('Cannot read a number: over 2^53 - 1')
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) throw new MalformedBytes('Cannot read a number: not its shortest form')
        return value
      }
      scale *= 0x80
    }
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
}

/** Whether two byte strings are equal, in a time that depends on their lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number)
  return difference === 0
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** The bytes of lower- or upper-case hexadecimal digits; the caller has checked that they are. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const values = new Map([...ALPHABET].map((character, value) => [character, value]))

/** Base64url without padding (RFC 4648 §5). */
export function toBase64url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const characters = Math.min(4, bytes.length - i + 1)
    for (let j = 0; j < characters; j++) text += ALPHABET[(group >> (18 - 6 * j)) & 63]
  }
  return text
}

/** The bytes of base64url without padding; `undefined` where it is anything else, unused bits that are not zero included. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let held = 0
  let bits = 0
  let at = 0
  for (const character of text) {
    const value = values.get(character)
    if (value === undefined) return undefined
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = held >> bits
      held &= (1 << bits) - 1
    }
  }
  return held === 0 ? bytes : undefined
}
