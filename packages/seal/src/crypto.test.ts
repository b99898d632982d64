/** Both doors of `#crypto`, `#ed25519` and `#verify-ed25519` give the same results. */
import { createHash, createPublicKey, verify as opensslVerify } from 'node:crypto'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { secretJwk } from '../testing/keys.ts'
import { concatBytes, fromBase64url, fromHex } from './bytes.ts'
import * as nodeHashes from './crypto.node.ts'
import * as webHashes from './crypto.web.ts'
import * as nodeKeys from './ed25519.node.ts'
import * as webKeys from './ed25519.web.ts'
import { isUsablePoint, ORDER } from './ed25519-strict.ts'
import * as nodeVerify from './verify-ed25519.node.ts'
import * as webVerify from './verify-ed25519.web.ts'

const node = { ...nodeHashes, ...nodeKeys, ...nodeVerify }
const web = { ...webHashes, ...webKeys, ...webVerify }
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

function plusOrder(scalar: Uint8Array): Uint8Array {
  return bytesOf(numberOf(scalar) + ORDER)
}

function numberOf(lowestFirst: Uint8Array): bigint {
  return lowestFirst.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

function bytesOf(value: bigint): Uint8Array {
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

/** Node's own, the browser's WebCrypto (Node has one too), and the library of a browser without. */
async function promisingDoors(): Promise<(typeof web.verifyEd25519)[]> {
  vi.resetModules()
  vi.stubGlobal('crypto', undefined)
  const library = await import('./verify-ed25519.web.ts')
  expect(await library.verifyEd25519(new Uint8Array(32), new Uint8Array(), new Uint8Array(64))).toBe(false)
  const { publicKey, message, signature } = signed(new Uint8Array(32), new Uint8Array(5))
  expect(await library.verifyEd25519(publicKey, message, signature)).toBe(true)
  vi.unstubAllGlobals()
  return [node.verifyEd25519, web.verifyEd25519, library.verifyEd25519]
}

function signed(secret: Uint8Array, message: Uint8Array) {
  return { publicKey: node.ed25519PublicKey(secret), message, signature: node.ed25519Signer(secret)(message) }
}

test('S10 WebCrypto, the library behind it and Node say the same of a signature, and of one with a bit changed', async () => {
  const promising = await promisingDoors()
  await fc.assert(
    fc.asyncProperty(seed, bytes, fc.nat(511), async (secret, message, bit) => {
      const { publicKey, signature } = signed(secret, message)
      const changed = signature.slice()
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      for (const verifyEd25519 of promising) {
        expect(await verifyEd25519(publicKey, message, signature)).toBe(true)
        expect(await verifyEd25519(publicKey, message, changed)).toBe(false)
      }
    }),
    runs,
  )
})

test('S10 S + L, keys off the curve and signatures of another length are refused by every promise', async () => {
  const { publicKey, message, signature } = signed(new Uint8Array(32).fill(7), new Uint8Array(3))
  const forged = concatBytes(signature.slice(0, 32), plusOrder(signature.slice(32)))
  const offCurve = new Uint8Array(32).fill(0)
  offCurve[0] = 2
  for (const verifyEd25519 of await promisingDoors()) {
    expect(await verifyEd25519(publicKey, message, forged)).toBe(false)
    expect(await verifyEd25519(publicKey, message, signature.slice(0, 63))).toBe(false)
    expect(await verifyEd25519(offCurve, message, signature)).toBe(false)
  }
})

test('S10 a signature whose R is of small order is refused everywhere, though its equation holds', async () => {
  const secret = new Uint8Array(32).fill(9)
  const publicKey = node.ed25519PublicKey(secret)
  const message = new Uint8Array(4)
  const identity = fromHex(`01${'00'.repeat(31)}`)
  const scalar = numberOf(createHash('sha512').update(secret).digest().subarray(0, 32))
  const clamped = (scalar & ((1n << 254n) - 8n)) | (1n << 254n)
  const k = numberOf(createHash('sha512').update(identity).update(publicKey).update(message).digest())
  const signature = concatBytes(identity, bytesOf((k * clamped) % ORDER))
  const x = Buffer.from(publicKey).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  // Newer versions of OpenSSL refuse it too.
  if (process.versions.openssl.startsWith('3.0.')) {
    expect(opensslVerify(null, message, key, signature)).toBe(true)
  }
  for (const door of doors) expect(door.ed25519Verify(publicKey, message, signature)).toBe(false)
  for (const verifyEd25519 of await promisingDoors())
    expect(await verifyEd25519(publicKey, message, signature)).toBe(false)
})
