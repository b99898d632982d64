import { generateKeys } from '@streamseal/seal'
import { expect, test } from 'vitest'
import { readKeys } from './read-keys.ts'

const pair = await generateKeys('Ed25519')

test('a key, an array of keys and a key set are read, with their ids', async () => {
  for (const value of [pair.publicJwk, [pair.publicJwk], { keys: [pair.publicJwk] }]) {
    const read = await readKeys(JSON.stringify(value))
    expect(read.ok && read.keys.map(key => key.keyId)).toEqual([pair.publicJwk.kid])
  }
})

test('keys of other kinds are passed over', async () => {
  const read = await readKeys(JSON.stringify({ keys: [{ kty: 'RSA', n: 'x', e: 'AQAB' }, pair.publicJwk] }))
  expect(read.ok && read.keys.length).toBe(1)
})

test('a private key and a shared secret are refused by name', async () => {
  expect(await readKeys(JSON.stringify(pair.privateJwk))).toMatchObject({ ok: false, why: /private key/ })
  const { secretJwk } = await generateKeys('HMAC-SHA256')
  expect(await readKeys(JSON.stringify(secretJwk))).toMatchObject({ ok: false, why: /shared secret/ })
})

test('what is no key says so', async () => {
  expect(await readKeys('not JSON')).toMatchObject({ ok: false, why: /not JSON/ })
  for (const text of ['{}', '[]', 'null', '1', '{"keys": 1}', '{"kty":"OKP","crv":"Ed25519","x":"!"}'])
    expect(await readKeys(text), text).toMatchObject({ ok: false, why: /no Ed25519/ })
})
