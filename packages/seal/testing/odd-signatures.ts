/** Signatures that no honest signer makes, and that implementations of Ed25519 differ over: made with the key, as only its owner could. */
import { createHash } from 'node:crypto'
import { Point } from '@noble/ed25519'
import { concatBytes, fromBase64url, fromHex } from '../src/bytes.ts'
import { ORDER } from '../src/ed25519-strict.ts'
import type { Signer } from '../src/index.ts'
import { privateJwk, signer } from './keys.ts'

const secret = fromBase64url(privateJwk.d as string) as Uint8Array
const publicKey = fromBase64url(privateJwk.x as string) as Uint8Array
const scalar = (numberOf(sha512(secret).subarray(0, 32)) & ((1n << 254n) - 8n)) | (1n << 254n)
/** Of order 8. */
const torsion = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
const identity = fromHex(`01${'00'.repeat(31)}`)

/** By what is odd about them; each fits the message under some verifier's rule. */
export const oddSigners: Readonly<Record<string, Signer>> = {
  'an S that is the order too high': signerOf(message => {
    const signature = signer.sign(message) as Uint8Array
    return concatBytes(signature.slice(0, 32), bytesOf(numberOf(signature.slice(32)) + ORDER))
  }),
  'an R of order 1': signerOf(message => equationOf(identity, 0n, message)),
  'an R of order 1 in another form': signerOf(message =>
    equationOf(fromHex(`ee${'ff'.repeat(30)}7f`), 0n, message),
  ),
  'an R of order 8': signerOf(message => equationOf(torsion.toBytes(), 0n, message)),
  'an R with a part of order 8, which only the cofactor hides': signerOf(message =>
    equationOf(Point.BASE.multiply(12345n).add(torsion).toBytes(), 12345n, message),
  ),
  'an S of 0': signerOf(message =>
    concatBytes((signer.sign(message) as Uint8Array).slice(0, 32), new Uint8Array(32)),
  ),
}

/** R as it is given, and S = r + k·a. */
function equationOf(r: Uint8Array, nonce: bigint, message: Uint8Array): Uint8Array {
  const k = numberOf(sha512(concatBytes(r, publicKey, message)))
  return concatBytes(r, bytesOf((nonce + k * scalar) % ORDER))
}

function signerOf(sign: (message: Uint8Array) => Uint8Array): Signer {
  return { ...signer, sign }
}

function sha512(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha512').update(bytes).digest())
}

function numberOf(lowestFirst: Uint8Array): bigint {
  return lowestFirst.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
}
