/** Makes `vectors/c2pa/cases.json`; see the README beside it. Needs the built packages. */
import { writeFileSync } from 'node:fs'
import {
  createC2paSigner,
  createDevelopmentChain,
  createTextSigner,
  encodeWrapper,
  signHtml,
  signStructuredText,
  signText,
} from '@streamseal/c2pa'

const from = new Date('2026-08-02T00:00:00Z')
const now = '2026-11-01T00:00:00Z'
const key = await createDevelopmentChain({ notBefore: from, days: 365 })
const stranger = await createDevelopmentChain({ notBefore: from, days: 365, name: 'A stranger' })
const signerOf = ({ privateKey, chain }) => createC2paSigner({ privateKey, chain, allowDevelopment: true })
const signer = await signerOf(key)
const options = { signer, claims: { model: 'demo-1', provider: 'Example', createdAt: now }, now: new Date(now) }
const words = 'The cat sat on the mat. Größe, 猫, 😀.'

const signed = await signText(words, { ...options, streamId: '0123456789abcdef' })
const wrapper = signed.text.slice(words.length)
const cases = []
const trusted = { state: 'trusted', content: 'intact', failure: [] }
const add = (id, text, expected, more = {}) => cases.push({ id, carrier: 'wrapper', text, now, ...more, ...expected })
const invalid = (content, ...failure) => ({ state: 'invalid', content, failure })

add('unmarked', words, { state: 'unmarked', content: 'unknown', failure: [] })
add('intact', signed.text, trusted)
add('empty', (await signText('', options)).text, trusted)
add('decomposed on the way', signed.text.normalize('NFD'), trusted)

const stream = createTextSigner(options)
const sent = stream.feed('Cafe\u0301 au lait')
const streamed = sent + (await stream.finish()).text
add('streamed, not normalised', streamed, trusted)
add('streamed, then normalised', streamed.normalize('NFC'), invalid('intact', 'assertion.dataHash.malformed'))
const strangers = await signText(words, { ...options, signer: await signerOf(stranger) })
add('a stranger', strangers.text, { state: 'valid', content: 'intact', failure: ['signingCredential.untrusted'] })
add('expired', signed.text, invalid('intact', 'claimSignature.outsideValidity', 'signingCredential.expired'), { now: '2027-12-01T00:00:00Z' })
add('not yet valid', signed.text, invalid('intact', 'claimSignature.outsideValidity'), { now: '2026-01-01T00:00:00Z' })

add('a word changed', signed.text.replace('cat', 'dog'), invalid('altered', 'assertion.dataHash.mismatch'))
add('text added behind', `${signed.text} More.`, invalid('altered', 'assertion.dataHash.mismatch'))
add('text added before', `More. ${signed.text}`, invalid('altered', 'assertion.dataHash.malformed'))
add('wrapper moved to the front', wrapper + words, invalid('intact', 'assertion.dataHash.malformed'))
add('two wrappers', signed.text + wrapper, invalid('unknown', 'manifest.text.multipleWrappers'))
add('wrapper cut short', signed.text.slice(0, -40), invalid('unknown', 'manifest.text.corruptedWrapper'))

const flipped = part => {
  const manifest = new Uint8Array(signed.manifest)
  manifest[String.fromCharCode(...manifest).indexOf(part)] ^= 1
  return words + encodeWrapper(manifest)
}
add('an assertion changed', flipped('trainedAlgorithmicMedia'), invalid('intact', 'assertion.hashedURI.mismatch'))
add('the claim changed', flipped('xmp:iid:'), invalid('intact', 'claimSignature.mismatch'))
add('the manifest renamed', flipped('urn:c2pa:'), invalid('intact', 'claimSignature.missing'))

const code = await signStructuredText('print("Größe")\n', { ...options, comment: '#' })
add('a comment', code.text, trusted, { carrier: 'structured' })
add('a comment, code changed', code.text.replace('print', 'prind'), invalid('altered', 'assertion.dataHash.mismatch'), { carrier: 'structured' })
const page = await signHtml('<!doctype html><html><head></head><body>Größe</body></html>', options)
add('a page', page.text, trusted, { carrier: 'html' })
add('a page, words changed', page.text.replace('Größe', 'Grösse'), invalid('altered', 'assertion.dataHash.mismatch'), { carrier: 'html' })
const stored = await signText(words, { ...options, carrier: 'stored' })
const manifestHex = Buffer.from(stored.manifest).toString('hex')
add('beside', words, trusted, { carrier: 'beside', manifestHex })
add('beside other words', 'Other words.', invalid('altered', 'assertion.dataHash.mismatch'), { carrier: 'beside', manifestHex })

const { root, privateKey, chain } = key
const file = new URL('cases.json', import.meta.url)
writeFileSync(file, `${JSON.stringify({ format: 'streamseal c2pa text 1', root, privateKey, chain, cases }, null, 2)}\n`)
console.log(`${cases.length} cases`)
