/** Claims come back as they were given. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signer } from '../testing/keys.ts'
import { MalformedBytes } from './bytes.ts'
import { checkClaims } from './check-claims.ts'
import type { Claims } from './claims.ts'
import { decodeClaims, encodeClaims } from './claims-codec.ts'

const time = fc.oneof(
  fc.constantFrom(
    '2026-11-21T05:00:00Z',
    '2026-11-21T05:00:00.123Z',
    '2026-11-21',
    '2026-11-21T05:00:00+01:00',
    '1969-01-01T00:00:00Z',
  ),
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map(date => date.toISOString()),
)
const streamId = fc.stringMatching(/^[0-9a-f]{16}$/)
const address = fc.oneof(
  fc.webUrl(),
  fc.string({ unit: 'grapheme' }),
  fc.constant('https://'),
  fc.constant('https://a.example/v'),
)
const claims: fc.Arbitrary<Claims> = fc.record(
  {
    model: fc.oneof(fc.string({ unit: 'grapheme' }), fc.array(fc.string({ unit: 'grapheme' }))),
    provider: fc.oneof(fc.constantFrom('openai', 'anthropic', 'someone'), fc.string({ unit: 'grapheme' })),
    issuer: address,
    issuedAt: time,
    digitalSourceType: fc.constantFrom(
      'trainedAlgorithmicMedia',
      'http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits',
    ),
    verifyUrl: address,
    ingredients: fc.array(
      fc.record({ streamId, keyId: fc.string({ unit: 'grapheme' }) }, { requiredKeys: ['streamId'] }),
    ),
    custom: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 })),
  },
  { requiredKeys: ['model'] },
) as fc.Arbitrary<Claims>

test('S14 every claim is read as it was written', () => {
  fc.assert(
    fc.property(claims, value => {
      expect(decodeClaims(encodeClaims(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { numRuns: 500 },
  )
})

test("S14 a verification address under the issuer's costs only what follows it", () => {
  const issuer = 'https://issuer.example'
  const without = encodeClaims({ model: 'm', issuer }).length
  expect(encodeClaims({ model: 'm', issuer, verifyUrl: `${issuer}/verify` }).length).toBe(without + 10)
})

test('S14 issuer, time and source type are filled in', () => {
  expect(checkClaims({ model: 'demo' }, signer, 1_700_000_000_999)).toEqual({
    model: 'demo',
    issuer: 'https://issuer.example',
    issuedAt: '2023-11-14T22:13:20Z',
    digitalSourceType: 'trainedAlgorithmicMedia',
  })
})

test.each<[string, unknown]>([
  ['nothing in them', undefined],
  ['no model', {}],
  ['an empty model', { model: '' }],
  ['an empty list of models', { model: [] }],
  ['a time that is none', { model: 'm', issuedAt: 'yesterday' }],
  ['an ingredient that is no stream id', { model: 'm', ingredients: [{ streamId: 'x' }] }],
  ['a provider that is no text', { model: 'm', provider: 3 }],
  ['too much', { model: 'm', custom: { long: 'x'.repeat(3000) } }],
])('S14 claims with %s are refused', (_, value) => {
  expect(() => checkClaims(value as Claims, signer, 0)).toThrowError(
    expect.objectContaining({ code: 'INVALID_CLAIMS' }),
  )
})

test('S11 bytes that are no claims are malformed, and never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
      try {
        decodeClaims(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
    { numRuns: 1000 },
  )
})

test.each([3, 8])('a claim %i that is an address and not UTF-8 is malformed, like any other bytes', key => {
  expect(() => decodeClaims(Uint8Array.of(0xa1, key, 0x41, 0xff))).toThrow(MalformedBytes)
})
