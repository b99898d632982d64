/** ECDSA signatures: X.509 writes r and s as DER integers (RFC 3279 §2.2.3), WebCrypto and COSE as two halves of fixed length. */
import { type Bytes, concatBytes } from './bytes.ts'
import { readDer } from './der.ts'

/** r and s, one after the other, of a DER signature; `undefined` where it is none. */
export function ecdsaFromDer(der: Bytes, coordinateBytes: number): Bytes | undefined {
  const [sequence, ...behind] = readDer(der) ?? []
  const [r, s, ...more] = (sequence?.tag === 0x30 ? readDer(sequence.value) : undefined) ?? []
  if (behind.length + more.length > 0) return undefined
  const halves = [r, s].map(each =>
    each?.tag === 0x02 ? fixedLength(each.value, coordinateBytes) : undefined,
  )
  return halves[0] && halves[1] ? concatBytes(halves[0], halves[1]) : undefined
}

function fixedLength(integer: Bytes, length: number): Bytes | undefined {
  const first = integer.findIndex(byte => byte !== 0)
  const digits = first < 0 ? new Uint8Array(0) : integer.subarray(first)
  if ((integer[0] ?? 0x80) >= 0x80 || digits.length > length) return undefined
  return concatBytes(new Uint8Array(length - digits.length), digits)
}

/** The DER signature of r and s, one after the other. */
export function ecdsaToDer(signature: Bytes): Bytes {
  const half = signature.length / 2
  const integers = [signature.subarray(0, half), signature.subarray(half)].map(derInteger)
  return derValue(0x30, concatBytes(...integers))
}

function derInteger(digits: Bytes): Bytes {
  const first = digits.findIndex(byte => byte !== 0)
  const short = first < 0 ? Uint8Array.of(0) : digits.subarray(first)
  return derValue(0x02, (short[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), short) : short)
}

// A signature's parts are far below 256 bytes.
const derValue = (tag: number, value: Bytes): Bytes =>
  concatBytes(
    value.length < 0x80 ? Uint8Array.of(tag, value.length) : Uint8Array.of(tag, 0x81, value.length),
    value,
  )
