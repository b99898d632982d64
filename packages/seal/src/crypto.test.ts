/** Both doors of `#crypto` give the same results. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { secretJwk } from '../testing/keys.ts'
import { concatBytes, fromBase64url, fromHex } from './bytes.ts'
import * as node from './crypto.node.ts'
import * as web from './crypto.web.ts'
import { isUsablePoint } from './ed25519-point.ts'

const doors = [node, web]
const bytes = fc.uint8Array({ maxLength: 200 })
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const runs = { numRuns: 50 }

test('S10 SHA-256 of the same pieces is the same behind both doors, lone surrogates included', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(bytes, fc.string({ unit: 'binary' }), fc.constant('\ud800'))), pieces => {
      const [one, two] = doors.map(door => {
        const hash = door.sha256()
        for (const piece of pieces) hash.update(piece)
        return hash.digest()
      })
      expect(one).toEqual(two)
    }),
  )
})

test('S10 HMAC-SHA256 is the same behind both doors', () => {
  fc.assert(
    fc.property(bytes, bytes, (key, message) => {
      expect(node.hmacSha256(key, message)).toEqual(web.hmacSha256(key, message))
    }),
  )
})

test('S10 Ed25519 signs the same behind both doors, and each verifies the other', () => {
  fc.assert(
    fc.property(seed, bytes, (secret, message) => {
      const publicKey = node.ed25519PublicKey(secret)
      expect(web.ed25519PublicKey(secret)).toEqual(publicKey)
      const signature = node.ed25519Signer(secret)(message)
      expect(web.ed25519Signer(secret)(message)).toEqual(signature)
      for (const door of doors) expect(door.ed25519Verify(publicKey, message, signature)).toBe(true)
    }),
    runs,
  )
})

test('S10 a changed signature is refused behind both doors', () => {
  fc.assert(
    fc.property(seed, bytes, fc.nat(511), (secret, message, bit) => {
      const publicKey = node.ed25519PublicKey(secret)
      const signature = node.ed25519Signer(secret)(message)
      signature[bit >> 3] = (signature[bit >> 3] as number) ^ (1 << (bit & 7))
      for (const door of doors) expect(door.ed25519Verify(publicKey, message, signature)).toBe(false)
    }),
    runs,
  )
})

/** The order of the group, lowest byte first. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

function plusOrder(scalar: Uint8Array): Uint8Array {
  const value = scalar.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + ORDER
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
}

test('S10 a second form of the same signature (S + L) is refused behind both doors', () => {
  const secret = fromBase64url(secretJwk.k as string) as Uint8Array
  const message = new Uint8Array(3)
  const signature = node.ed25519Signer(secret)(message)
  const forged = concatBytes(signature.slice(0, 32), plusOrder(signature.slice(32)))
  for (const door of doors)
    expect(door.ed25519Verify(node.ed25519PublicKey(secret), message, forged)).toBe(false)
})

test('S10 points of small order, in any form, are no keys', () => {
  const hex = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ]
  for (const point of hex) expect(isUsablePoint(fromHex(point))).toBe(false)
  expect(isUsablePoint(node.ed25519PublicKey(new Uint8Array(32)))).toBe(true)
})

test('S10 bytes that are no point, and signatures of another length, are refused and not thrown', () => {
  fc.assert(
    fc.property(seed, fc.uint8Array({ minLength: 60, maxLength: 70 }), (key, signature) => {
      for (const door of doors) expect(door.ed25519Verify(key, new Uint8Array(1), signature)).toBe(false)
    }),
    runs,
  )
})
