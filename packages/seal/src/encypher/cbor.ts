/** The CBOR (RFC 8949) of `cbor_manifest`: JSON's values only, written as Python's `cbor2.dumps` writes them, maps in the order of insertion. */
import { EncypherError } from './errors.ts'
import { PythonFloat } from './python-float.ts'
import { MAX_DEPTH, type PythonDict, type PythonValue } from './python-value.ts'

/** The bytes are no CBOR of JSON values. */
export class CborReadError extends Error {
  constructor(what: string) {
    super(`Cannot read CBOR: ${what}`)
    this.name = 'CborReadError'
  }
}

/** Writes a value as `cbor2.dumps` does: shortest heads, floats in eight bytes, integers beyond 64 bits as bignums (tags 2 and 3). */
export function writeCbor(value: PythonValue): Uint8Array {
  const out: number[] = []
  write(out, value)
  return Uint8Array.from(out)
}

function write(out: number[], value: PythonValue): void {
  if (value === null) out.push(0xf6)
  else if (typeof value === 'boolean') out.push(value ? 0xf5 : 0xf4)
  else if (typeof value === 'string') writeText(out, value)
  else if (typeof value === 'bigint') writeInteger(out, value)
  else if (value instanceof PythonFloat) writeFloat(out, value.value)
  else if (Array.isArray(value)) writeArray(out, value)
  else writeMap(out, value)
}

function writeHead(out: number[], major: number, argument: bigint): void {
  const lead = major << 5
  const size =
    argument < 24n ? 0 : argument < 0x100n ? 1 : argument < 0x1_0000n ? 2 : argument < 0x1_0000_0000n ? 4 : 8
  if (size === 0) out.push(lead | Number(argument))
  else out.push(lead | (24 + Math.log2(size)), ...bigEndian(argument, size))
}

function bigEndian(value: bigint, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * (size - 1 - i))) & 0xffn))
}

function writeText(out: number[], text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new EncypherError(
      'UNSERIALISABLE_METADATA',
      'Cannot write CBOR: a text holds half of a surrogate pair',
    )
  }
  const bytes = new TextEncoder().encode(text)
  writeHead(out, 3, BigInt(bytes.length))
  for (const byte of bytes) out.push(byte)
}

function writeInteger(out: number[], value: bigint): void {
  const [major, argument] = value < 0n ? [1, -1n - value] : [0, value]
  if (argument < 1n << 64n) {
    writeHead(out, major, argument)
    return
  }
  const size = Math.ceil(argument.toString(16).length / 2)
  writeHead(out, 6, BigInt(2 + major))
  writeHead(out, 2, BigInt(size))
  for (const byte of bigEndian(argument, size)) out.push(byte)
}

function writeFloat(out: number[], value: number): void {
  if (Number.isNaN(value)) out.push(0xf9, 0x7e, 0x00)
  else if (!Number.isFinite(value)) out.push(0xf9, value > 0 ? 0x7c : 0xfc, 0x00)
  else {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setFloat64(0, value)
    out.push(0xfb, ...bytes)
  }
}

function writeArray(out: number[], items: PythonValue[]): void {
  writeHead(out, 4, BigInt(items.length))
  for (const item of items) write(out, item)
}

function writeMap(out: number[], dict: PythonDict): void {
  writeHead(out, 5, BigInt(dict.size))
  for (const [key, item] of dict) {
    writeText(out, key)
    write(out, item)
  }
}

/** Reads one value that fills the bytes. Throws `CborReadError` for anything that JSON could not hold, and for indefinite lengths. */
export function readCbor(bytes: Uint8Array): PythonValue {
  const reader = new CborReader(bytes)
  const value = reader.value(0)
  if (reader.at !== bytes.length)
    throw new CborReadError(`${bytes.length - reader.at} bytes follow the value`)
  return value
}

class CborReader {
  at = 0
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  value(depth: number): PythonValue {
    if (depth > MAX_DEPTH) throw new CborReadError(`nested deeper than ${MAX_DEPTH}`)
    const lead = this.#take(1)[0] as number
    const major = lead >> 5
    if (major === 7) return this.#simple(lead & 31)
    const argument = this.#argument(lead & 31)
    if (major === 0) return argument
    if (major === 1) return -1n - argument
    if (major === 3) return this.#text(argument)
    if (major === 4) return Array.from({ length: this.#count(argument) }, () => this.value(depth + 1))
    if (major === 5) return this.#map(this.#count(argument), depth)
    if (major === 6 && (argument === 2n || argument === 3n)) return this.#bignum(argument === 3n)
    throw new CborReadError(`major type ${major} is none of JSON's`)
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw new CborReadError('the bytes end early')
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  #argument(info: number): bigint {
    if (info < 24) return BigInt(info)
    if (info > 27) throw new CborReadError(`length code ${info}`)
    return this.#take(1 << (info - 24)).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
  }

  /** A count of items: each takes at least a byte, so that no count can ask for more than the bytes hold. */
  #count(argument: bigint): number {
    if (argument > BigInt(this.#bytes.length - this.at)) throw new CborReadError('the bytes end early')
    return Number(argument)
  }

  #text(argument: bigint): string {
    try {
      return this.#utf8.decode(this.#take(this.#count(argument)))
    } catch (error) {
      throw error instanceof CborReadError ? error : new CborReadError('text that is not UTF-8')
    }
  }

  #map(count: number, depth: number): PythonDict {
    const dict: PythonDict = new Map()
    for (let i = 0; i < count; i++) {
      const key = this.value(depth + 1)
      if (typeof key !== 'string') throw new CborReadError('a key that is no text')
      if (dict.has(key)) throw new CborReadError('a key that comes twice')
      dict.set(key, this.value(depth + 1))
    }
    return dict
  }

  #bignum(negative: boolean): bigint {
    const lead = this.#take(1)[0] as number
    if (lead >> 5 !== 2) throw new CborReadError('a bignum that is no byte string')
    const bytes = this.#take(this.#count(this.#argument(lead & 31)))
    const value =
      bytes.length === 0
        ? 0n
        : BigInt(`0x${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`)
    return negative ? -1n - value : value
  }

  #simple(info: number): PythonValue {
    if (info === 20 || info === 21) return info === 21
    if (info === 22) return null
    if (info === 25) return new PythonFloat(halfFloat(this.#take(2)))
    const at = this.at
    if (info === 26) return this.#take(4) && new PythonFloat(this.#view.getFloat32(at))
    if (info === 27) return this.#take(8) && new PythonFloat(this.#view.getFloat64(at))
    throw new CborReadError(`simple value ${info}`)
  }
}

/** RFC 8949 appendix D. */
function halfFloat(bytes: Uint8Array): number {
  const bits = ((bytes[0] as number) << 8) | (bytes[1] as number)
  const exponent = (bits >> 10) & 31
  const mantissa = bits & 1023
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0) return sign * mantissa * 2 ** -24
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (mantissa + 1024) * 2 ** (exponent - 25)
}
