/** Which bytes can be an Ed25519 public key or signature: decided here and not by a library, so that OpenSSL, noble and every browser agree. */
import { toHex } from './bytes.ts'

/** The canonical points whose order divides 8 (any message can be "signed" for them), sign bit cleared. */
const smallOrder = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])
/** 2^255 - 19, highest byte first. */
const PRIME_HEX = `7f${'ff'.repeat(30)}ed`

/** The order of the base point (RFC 8032 §5.1). */
export const ORDER: bigint = 2n ** 252n + 27742317777372353535851937790883648493n

const ORDER_HEX = ORDER.toString(16).padStart(64, '0')

/** Whether `key` is in its canonical form (RFC 8032 §5.1.3, y below 2^255 - 19) and not of small order. That it is on the curve shows when a signature is checked. */
export function isUsablePoint(key: Uint8Array): boolean {
  if (key.length !== 32) return false
  const y = key.slice()
  y[31] = (y[31] as number) & 0x7f
  return toHex(y.slice().reverse()) < PRIME_HEX && !smallOrder.has(toHex(y))
}

/** Whether `signature` has 64 bytes, R like a usable key, and S below the group's order: the one form of a signature. No honest signer makes another, and implementations differ over them. */
export function isStrictSignature(signature: Uint8Array): boolean {
  const s = signature.slice(32).reverse()
  return signature.length === 64 && isUsablePoint(signature.subarray(0, 32)) && toHex(s) < ORDER_HEX
}
