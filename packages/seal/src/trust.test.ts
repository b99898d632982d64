/** Keys and key sets as a verifier is given them. */
import { expect, test } from 'vitest'
import { publicJwk, secretJwk, signer } from '../testing/keys.ts'
import { type Jwk, trustList } from './index.ts'

const unusable: [string, unknown][] = [
  ['a point that is none', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }],
  ['another algorithm', { ...publicJwk, alg: 'ES256' }],
  ['another use', { ...publicJwk, use: 'enc' }],
  ['an expiry that is no number', { ...publicJwk, exp: 'x' }],
  ['another kind', { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }],
  ['nothing', null],
]

test.each(unusable)('RFC 7517 §5: a set with %s in it is as good as without', async (_, member) => {
  const keys = [member, publicJwk, member] as Jwk[]
  const found = await trustList({ keys }).find('')
  expect(found.map(({ keyId }) => keyId)).toEqual([signer.keyId])
})

test.each(unusable)('a bare key with %s is refused', (_, key) => {
  expect(() => trustList([key as Jwk])).toThrow(expect.objectContaining({ code: 'INVALID_KEY' }))
})

test('a shared secret in a set is refused, beside unusable members too', () => {
  const keys = [unusable[0]?.[1], { ...secretJwk, k: 'short' }, publicJwk] as Jwk[]
  expect(() => trustList({ keys })).toThrow(expect.objectContaining({ code: 'SHARED_SECRET_REFUSED' }))
})
