/** The part of CBOR (RFC 8949) that claims use: definite lengths, shortest heads, JSON's values and byte strings. */
import { MalformedBytes } from './bytes.ts'

/** A JSON value, a byte string, or a map with whole-number keys. */
export type Cbor =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Cbor[]
  | ReadonlyMap<number | string, Cbor>

/** Arrays and maps inside each other, at most. */
const MAX_DEPTH = 16
const utf8 = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The bytes of `value`; whole numbers as integers, other numbers with 64 bits. Throws `RangeError` beyond 16 levels. */
export function encodeCbor(value: Cbor): Uint8Array {
  const out: number[] = []
  write(out, value, 0)
  return Uint8Array.from(out)
}

/** The value of `bytes`, all of them; throws `MalformedBytes` where they are anything but this subset. */
export function decodeCbor(bytes: Uint8Array): Cbor {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at: 0 }
  const value = read(reader, 0)
  if (reader.at !== bytes.length) throw new MalformedBytes('Cannot read a value: more bytes follow it')
  return value
}

function write(out: number[], value: Cbor, depth: number): void {
  if (depth > MAX_DEPTH) throw new RangeError(`Cannot encode claims nested deeper than ${MAX_DEPTH} levels`)
  if (value === null) out.push(0xf6)
  else if (typeof value === 'boolean') out.push(value ? 0xf5 : 0xf4)
  else if (typeof value === 'number') writeNumber(out, value)
  else if (typeof value === 'string') writeBytes(out, 3, utf8.encode(value))
  else if (value instanceof Uint8Array) writeBytes(out, 2, value)
  else if (value instanceof Map) writeMap(out, value, depth)
  else writeArray(out, value as readonly Cbor[], depth)
}

function writeNumber(out: number[], value: number): void {
  if (Number.isSafeInteger(value)) {
    if (value >= 0) writeHead(out, 0, value)
    else writeHead(out, 1, -1 - value)
    return
  }
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  out.push(0xfb, ...new Uint8Array(view.buffer))
}

function writeBytes(out: number[], major: number, bytes: Uint8Array): void {
  writeHead(out, major, bytes.length)
  for (const byte of bytes) out.push(byte)
}

function writeMap(out: number[], map: ReadonlyMap<number | string, Cbor>, depth: number): void {
  writeHead(out, 5, map.size)
  for (const [key, value] of map) {
    write(out, key, depth + 1)
    write(out, value, depth + 1)
  }
}

function writeArray(out: number[], values: readonly Cbor[], depth: number): void {
  writeHead(out, 4, values.length)
  for (const value of values) write(out, value, depth + 1)
}

function writeHead(out: number[], major: number, value: number): void {
  const type = major << 5
  if (value < 24) out.push(type | value)
  else if (value < 0x100) out.push(type | 24, value)
  else if (value < 0x10000) out.push(type | 25, value >> 8, value & 0xff)
  else {
    const bytes = value < 0x100000000 ? 4 : 8
    out.push(type | (bytes === 4 ? 26 : 27))
    for (let i = bytes - 1; i >= 0; i--) out.push(Math.floor(value / 256 ** i) % 256)
  }
}

interface Reader {
  view: DataView
  at: number
}

function read(reader: Reader, depth: number): Cbor {
  if (depth > MAX_DEPTH) throw new MalformedBytes(`Cannot read claims nested deeper than ${MAX_DEPTH} levels`)
  const head = take(reader, 1).getUint8(0)
  if (head === 0xf4 || head === 0xf5) return head === 0xf5
  if (head === 0xf6) return null
  if (head === 0xfb) return take(reader, 8).getFloat64(0)
  const length = readLength(reader, head & 0x1f)
  switch (head >> 5) {
    case 0:
      return length
    case 1:
      return -1 - length
    case 2:
      return readBytes(reader, length)
    case 3:
      return readText(reader, length)
    case 4:
      return readArray(reader, length, depth)
    case 5:
      return readMap(reader, length, depth)
    default:
      throw new MalformedBytes(`Cannot read a value that begins with ${head}`)
  }
}

function take(reader: Reader, length: number): DataView {
  if (length > reader.view.byteLength - reader.at)
    throw new MalformedBytes('Cannot read a value: the bytes have ended')
  const part = new DataView(reader.view.buffer, reader.view.byteOffset + reader.at, length)
  reader.at += length
  return part
}

function readLength(reader: Reader, info: number): number {
  if (info < 24) return info
  if (info > 27) throw new MalformedBytes('Cannot read a value: its length is of no kind')
  const part = take(reader, 2 ** (info - 24))
  let value = 0
  for (let i = 0; i < part.byteLength; i++) value = value * 256 + part.getUint8(i)
  const least = [24, 0x100, 0x10000, 0x100000000][info - 24] as number
  if (value < least || value > Number.MAX_SAFE_INTEGER) {
    throw new MalformedBytes('Cannot read a number: not its shortest form')
  }
  return value
}

function readBytes(reader: Reader, length: number): Uint8Array {
  const part = take(reader, length)
  return new Uint8Array(part.buffer, part.byteOffset, length).slice()
}

function readText(reader: Reader, length: number): string {
  return readUtf8(readBytes(reader, length))
}

/** Bytes as text; throws `MalformedBytes` where they are not UTF-8. */
export function readUtf8(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch (cause) {
    throw new MalformedBytes('Cannot read a text that is not UTF-8', { cause })
  }
}

function readArray(reader: Reader, length: number, depth: number): Cbor[] {
  const values: Cbor[] = []
  for (let i = 0; i < length; i++) values.push(read(reader, depth + 1))
  return values
}

function readMap(reader: Reader, length: number, depth: number): Map<number | string, Cbor> {
  const map = new Map<number | string, Cbor>()
  for (let i = 0; i < length; i++) {
    const isFloat = reader.at < reader.view.byteLength && reader.view.getUint8(reader.at) === 0xfb
    const key = read(reader, depth + 1)
    if (isFloat || (typeof key !== 'number' && typeof key !== 'string') || map.has(key)) {
      throw new MalformedBytes('Cannot read a map: a key is wrong or repeated')
    }
    map.set(key, read(reader, depth + 1))
  }
  return map
}
