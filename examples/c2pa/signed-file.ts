/** A source file and a page that carry their manifests, and a text that carries it unseen. */
import assert from 'node:assert/strict'
import {
  createC2paSigner,
  createDevelopmentChain,
  signHtml,
  signStructuredText,
  signText,
  stripText,
  trustAnchors,
  verifyText,
} from '@streamseal/c2pa'

const { privateKey, chain, root } = await createDevelopmentChain({ algorithm: 'Ed25519' })
const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
const trust = trustAnchors(root, { allowDevelopment: true })
const options = { signer, claims: { model: 'demo-1' } }

const script = await signStructuredText('print("hello")\n', { ...options, comment: '#' })
assert.equal((await verifyText(script.text, { trust, carrier: 'structured' })).state, 'trusted')

const page = await signHtml('<!doctype html><html><head></head><body>Hello</body></html>', options)
assert.equal((await verifyText(page.text, { trust, carrier: 'html' })).state, 'trusted')

const note = await signText('Hello', options)
assert.equal((await verifyText(note.text, { trust })).state, 'trusted')
assert.equal(stripText(note.text), 'Hello')
for (const { text, manifest } of [script, page, note]) {
  console.log(`${manifest.length} bytes of manifest, ${new TextEncoder().encode(text).length} bytes of text`)
}
