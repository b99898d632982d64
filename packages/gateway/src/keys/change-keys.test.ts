import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seal, verify } from '@streamseal/seal'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exportKeys, listKeys, revokeKey, rotateKeys } from './change-keys.ts'
import { openKeyRing, readTrustedKeys } from './key-ring.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamseal-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function sealHere(): Promise<string> {
  const { signer } = await openKeyRing(folder)
  return (await seal('All is well here today.', { signer, claims: { model: 'demo' } })).text
}
const verifyHere = (text: string) => verify(text, { trust: readTrustedKeys(folder) })
const files = () =>
  readdirSync(join(folder, 'keys')).map(name => JSON.parse(readFileSync(join(folder, 'keys', name), 'utf8')))

test('rotateKeys() signs with a new key; what the old one signed still verifies, and its private half is gone', async () => {
  const before = await sealHere()
  const old = (await openKeyRing(folder)).signer.keyId
  const { signing, retired } = await rotateKeys(folder)
  expect(retired).toEqual([old])
  expect((await openKeyRing(folder)).signer.keyId).toBe(signing)
  expect(await verifyHere(before)).toMatchObject({ status: 'intact', seals: [{ keyId: old }] })
  expect(await verifyHere(await sealHere())).toMatchObject({ status: 'intact', seals: [{ keyId: signing }] })
  expect(files().filter(({ d }) => d !== undefined)).toMatchObject([{ kid: signing }])
})

test('rotations within one second each sign with the newest', async () => {
  const now = 1_700_000_000_000
  for (let round = 0; round < 5; round++) {
    const { signing } = await rotateKeys(folder, now)
    expect((await openKeyRing(folder, () => now + 10_000)).signer.keyId).toBe(signing)
  }
  expect(listKeys(folder, now + 10_000).map(({ state }) => state)).toEqual([
    'signs',
    ...new Array(4).fill('verifies'),
  ])
})

test('rotations at once leave a key that signs', async () => {
  await sealHere()
  await Promise.all(Array.from({ length: 8 }, () => rotateKeys(folder)))
  expect(files().some(({ d }) => d !== undefined)).toBe(true)
  expect(await verifyHere(await sealHere())).toMatchObject({ status: 'intact' })
})

test('revokeKey() makes verify say so, deletes the private half, and lets another key sign', async () => {
  const before = await sealHere()
  const old = (await openKeyRing(folder)).signer.keyId
  const { signing, retired } = await revokeKey(folder, old.slice(0, 8), 1_700_000_000_000)
  expect(retired).toEqual([old])
  expect(await verifyHere(before)).toMatchObject({ status: 'unknown-signer', seals: [{ signer: 'revoked' }] })
  expect((await openKeyRing(folder)).signer.keyId).toBe(signing)
  expect(signing).not.toBe(old)
  expect(files().find(({ kid }) => kid === old)).not.toHaveProperty('d')
  expect(listKeys(folder).find(({ keyId }) => keyId === old)).toMatchObject({
    state: 'revoked',
    revokedAt: '2023-11-14T22:13:20.000Z',
  })
  await revokeKey(folder, old)
  expect(listKeys(folder).find(({ keyId }) => keyId === old)?.revokedAt).toBe('2023-11-14T22:13:20.000Z')
})

test('a retired key that is revoked leaves the key that signs alone', async () => {
  await sealHere()
  const { signing, retired } = await rotateKeys(folder)
  expect(await revokeKey(folder, retired[0]!)).toEqual({ signing, retired })
  expect((await openKeyRing(folder)).signer.keyId).toBe(signing)
})

test.each(['', 'abc', 'no-such-key', 'AAAAAA'])('revokeKey() refuses "%s"', async prefix => {
  await sealHere()
  await expect(revokeKey(folder, prefix)).rejects.toThrow(RangeError)
  expect(listKeys(folder).map(({ state }) => state)).toEqual(['signs'])
})

test('exportKeys() holds every key and no private half; key files stay their owner’s', async () => {
  await sealHere()
  await rotateKeys(folder)
  const { keys } = exportKeys(folder)
  expect(keys).toHaveLength(2)
  for (const key of keys) expect(key).not.toHaveProperty('d')
  for (const name of readdirSync(join(folder, 'keys')))
    expect(statSync(join(folder, 'keys', name)).mode & 0o777).toBe(0o600)
})

test('nothing is made by looking', () => {
  expect(listKeys(folder)).toEqual([])
  expect(exportKeys(folder)).toEqual({ keys: [] })
  expect(readdirSync(folder)).toEqual([])
  mkdirSync(join(folder, 'keys'))
  expect(listKeys(folder)).toEqual([])
})
