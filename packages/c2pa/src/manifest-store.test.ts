import { createSealer, createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import { expect, test } from 'vitest'
import { memoryManifestStore } from './memory-manifest-store.ts'
import { signText } from './sign-text.ts'
import { testSigner } from './test/signers.ts'
import { storeSuite } from './testing/store-suite.ts'
import { createTextSigner } from './text-signer.ts'
import { verifyText } from './verify-text.ts'

storeSuite('memory', () => memoryManifestStore(), { test })

test('the oldest manifest goes when the store is full', async () => {
  const store = memoryManifestStore({ maxManifests: 2 })
  for (const id of ['1', '2', '3']) {
    await store.put({ id, manifest: new Uint8Array(1), contentHash: new Uint8Array(1), bindings: [] })
  }
  expect(await store.findByContent(new Uint8Array(1))).toEqual(['3', '2'])
  expect(await store.get('1')).toBeUndefined()
})

test('a stored manifest is found by the text itself', async () => {
  const { signer, trust } = await testSigner()
  const store = memoryManifestStore()
  const { text, record } = await signText('The cat sat.', { signer, claims: {}, carrier: 'stored' })
  await store.put(record)
  expect(text).toBe('The cat sat.')
  expect(await verifyText(text, { trust, store })).toMatchObject({ state: 'trusted', foundIn: 'store' })
  expect((await verifyText('The cat sits.', { trust, store })).state).toBe('unmarked')
})

test('a stored manifest is found through the marks of our seal, and an edited text is told from the sealed one', async () => {
  const { signer, trust } = await testSigner()
  const { privateJwk } = await generateKeys('Ed25519')
  const sealer = createSealer({ signer: await createSigner(privateJwk), claims: { model: 'demo' } })
  const stored = createTextSigner({
    signer,
    claims: { model: 'demo' },
    carrier: 'stored',
    streamId: sealer.streamId,
  })
  let sent = stored.feed(sealer.feed('The first sentence stands here. And the second one follows it. '))
  sent += stored.feed(sealer.feed('The third one ends it here and now.'))
  sent += stored.feed((await sealer.finish()).text)
  const { record, text: wrapper } = await stored.finish()
  expect(wrapper).toBe('')
  const store = memoryManifestStore()
  await store.put(record)
  const report = await verifyText(sent, { trust, store })
  expect(report).toMatchObject({ state: 'trusted', foundIn: 'store', content: 'intact' })
  expect(report.manifest?.streamIds).toEqual([sealer.streamId])
  const edited = await verifyText(sent.replace('first', 'worst'), { trust, store })
  expect(edited).toMatchObject({ state: 'invalid', foundIn: 'store', content: 'altered' })
})

test('a sealed text that ends with the wrapper verifies in both ways', async () => {
  const { signer, trust } = await testSigner()
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const sealer = createSealer({ signer: await createSigner(privateJwk), claims: { model: 'demo' } })
  const stream = createTextSigner({ signer, claims: { model: 'demo' }, streamId: sealer.streamId })
  let sent = ''
  for (const delta of ['The cat sat on the mat. ', 'It was a black cat.'])
    sent += stream.feed(sealer.feed(delta))
  sent += stream.feed((await sealer.finish()).text)
  sent += (await stream.finish()).text
  expect(await verifyText(sent, { trust })).toMatchObject({ state: 'trusted', content: 'intact' })
  expect(await verify(sent, { trust: trustList(publicJwk) })).toMatchObject({ status: 'intact' })
})
