/** A chat answer whose manifest is kept beside it: nothing is added to the text but the marks of its seal, by which it is found. */
import assert from 'node:assert/strict'
import {
  createC2paSigner,
  createDevelopmentChain,
  createTextSigner,
  memoryManifestStore,
  reportTree,
  trustAnchors,
  verifyText,
} from '@streamseal/c2pa'
import { createSealer, createSigner, generateKeys } from '@streamseal/seal'

const { privateKey, chain, root } = await createDevelopmentChain()
const c2paSigner = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
const { privateJwk } = await generateKeys('Ed25519')
const store = memoryManifestStore()

const claims = { model: 'demo-1', provider: 'Example' }
const sealer = createSealer({ signer: await createSigner(privateJwk), claims })
const manifest = createTextSigner({
  signer: c2paSigner,
  claims,
  carrier: 'stored',
  streamId: sealer.streamId,
})
let answer = ''
for (const delta of ['Cats sleep ', 'most of the day. ', 'They hunt at dusk ', 'and at dawn.']) {
  answer += manifest.feed(sealer.feed(delta))
}
answer += manifest.feed((await sealer.finish()).text)
await store.put((await manifest.finish()).record)

const trust = trustAnchors(root, { allowDevelopment: true })
const report = await verifyText(answer, { trust, store })
assert.equal(report.state, 'trusted')
assert.equal(report.foundIn, 'store')
console.log(reportTree(report))

const edited = await verifyText(answer.replace('dusk', 'noon'), { trust, store })
assert.equal(edited.state, 'invalid')
assert.equal(edited.content, 'altered')
