/** The seal end to end: what is sealed verifies, and what was changed is said. */
import { expect, test } from 'vitest'
import { createSigner, generateKeys, SealStream, seal, strip, trustList, verify } from './index.ts'

const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk, { issuer: 'https://example.com' })
const trust = trustList(publicJwk)
const claims = { model: 'demo', provider: 'openai', verifyUrl: 'https://example.com/verify' }
const prose = Array.from(
  { length: 40 },
  (_, i) => `Sentence number ${i} says that the cat sat on the mat.`,
).join(' ')

test('S2 a sealed text is intact, and a changed letter is altered in its segment', async () => {
  const sealed = await seal(prose, { signer, claims })
  expect(strip(sealed.text)).toBe(prose)
  const report = await verify(sealed.text, { trust })
  expect(report).toMatchObject({ status: 'intact', text: prose, unsealed: [], foreign: [] })
  expect(report.seals[0]).toMatchObject({
    coverage: 'whole',
    signature: 'valid',
    signer: 'trusted',
    order: 'ok',
    hiddenMarkup: 'checked',
  })
  expect(report.seals[0]?.claims).toMatchObject(claims)
  expect(report.seals[0]?.segments.length).toBe(4)
  const changed = await verify(sealed.text.replace('number 20', 'number 21'), { trust })
  expect(changed.status).toBe('altered')
  expect(changed.seals[0]?.segments.map(s => s.status)).toEqual(['intact', 'intact', 'altered', 'intact'])
})

test('S3 a cut text is truncated', async () => {
  const sealed = await seal(prose, { signer, claims })
  for (let cut = 0; cut < sealed.text.length; cut += 7) {
    const report = await verify(sealed.text.slice(0, cut), { trust })
    expect(['unsealed', 'truncated']).toContain(report.status)
  }
})
test('stream', async () => {
  const stream = new SealStream({ signer, claims })
  let out = ''
  const source = new Blob([prose]).stream().pipeThrough(new TextDecoderStream())
  for await (const c of source.pipeThrough(stream)) out += c
  expect(await stream.sealed).toEqual({})
  expect((await verify(out, { trust })).status).toBe('intact')
})
test('code', async () => {
  const { secretJwk } = await generateKeys('HMAC-SHA256')
  const s = await createSigner(secretJwk)
  const sealed = await seal('let x = 1\n', { signer: s, claims, format: 'code' })
  expect(sealed.text).toBe('let x = 1\n')
  const r = await verify(sealed.text, { trust: trustList(secretJwk), detached: sealed.detached as string })
  expect(r.status).toBe('intact')
})
