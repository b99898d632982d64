import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signHtml, signStructuredText, signText } from './sign-text.ts'
import { testSigner } from './test/signers.ts'
import { verifyText } from './verify-text.ts'

const now = Date.now

test.each(['ES256', 'ES384', 'PS256', 'Ed25519'] as const)(
  'a text signed with %s is trusted by those who know the root, and valid to others',
  async algorithm => {
    const { signer, trust } = await testSigner(algorithm)
    const { text } = await signText('The cat sat on the mat.', {
      signer,
      claims: { model: 'demo', provider: 'Demo' },
      now,
    })
    const report = await verifyText(text, { trust })
    expect(report).toMatchObject({
      state: 'trusted',
      content: 'intact',
      text: 'The cat sat on the mat.',
      failure: [],
    })
    expect(report.signer?.algorithm).toBe(algorithm)
    expect((await verifyText(text)).state).toBe('valid')
  },
)

test('any text, of any length and script, is signed to the exact size that its hard binding names', async () => {
  const { signer, trust } = await testSigner()
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({ unit: 'binary', maxLength: 80 }),
  )
  await fc.assert(
    fc.asyncProperty(text, fc.string({ minLength: 1, maxLength: 60 }), async (words, model) => {
      const signed = await signText(words, { signer, claims: { model } })
      const report = await verifyText(signed.text, { trust })
      expect(report.failure).toEqual([])
      expect(report.state).toBe('trusted')
    }),
    { numRuns: 100 },
  )
  // Hundreds of signatures: a second on a free machine.
}, 180_000)

test('a mark of byte order before a text stays where it is, and is signed', async () => {
  const { signer, trust } = await testSigner()
  const { text } = await signText('\uFEFFHello.', { signer, claims: {} })
  expect(await verifyText(text, { trust })).toMatchObject({ state: 'trusted', text: '\uFEFFHello.' })
  expect((await verifyText(text.slice(1), { trust })).state).toBe('invalid')
})

test('a full manifest with two ES256 certificates stays under 3.5 KB', async () => {
  const { signer } = await testSigner()
  expect(signer.chain).toHaveLength(2)
  const claims = {
    model: 'gpt-5-mini',
    provider: 'Example',
    title: 'An answer',
    humanOversightLevel: 'humanValidated',
  }
  const { manifest } = await signText('x'.repeat(100_000), { signer, claims, streamId: '0123456789abcdef' })
  expect(manifest.length).toBeLessThan(3500)
})

describe('structured text and HTML', () => {
  test.each(['#', '//', '--', '/*', '<!--'] as const)(
    'a %s comment carries the manifest on the first line',
    async comment => {
      const { signer, trust } = await testSigner()
      const { text } = await signStructuredText('one\ntwo\n', { signer, claims: {}, comment })
      expect(text.startsWith(comment)).toBe(true)
      const report = await verifyText(text, { trust, carrier: 'structured' })
      expect(report).toMatchObject({ state: 'trusted', text: 'one\ntwo\n' })
    },
  )
  test.each([
    ['//', '// ', '/* '],
    ['<!--', ' -->', '    '],
    ['/*', ' */', '***'],
    ['#', '# ', '" '],
  ] as const)('a %s comment that would hide or show something else is noticed', async (comment, from, to) => {
    const { signer, trust } = await testSigner()
    const { text } = await signStructuredText('one\ntwo\n', { signer, claims: {}, comment })
    const changed = text.replace(from, to)
    expect(changed).not.toBe(text)
    const report = await verifyText(changed, { trust, carrier: 'structured' })
    expect(report.state).toBe('invalid')
    expect(report.failure.map(({ code }) => code)).toEqual(['assertion.dataHash.malformed'])
  })
  test('a comment that is broken over two lines, so that half of it becomes code, is noticed', async () => {
    const { signer, trust } = await testSigner()
    const { text } = await signStructuredText('one\n', { signer, claims: {}, comment: '//' })
    const changed = text.replace('----- data:', '-----\ndata:')
    expect((await verifyText(changed, { trust, carrier: 'structured' })).state).toBe('invalid')
  })
  test('a script element with more than its type is refused: an address in it would be run unseen', async () => {
    const { signer, trust } = await testSigner()
    const { text } = await signHtml('<html><head></head><body>x</body></html>', { signer, claims: {} })
    const changed = text.replace('<script type=', '<script type=module src=//x.example type=')
    const report = await verifyText(changed, { trust, carrier: 'html' })
    expect(report.failure[0]?.explanation).toContain('attributes that nothing signs')
    expect(report.state).toBe('invalid')
  })
  test('a page carries it in a script', async () => {
    const { signer, trust } = await testSigner()
    const html = '<html><head><title>x</title></head><body>é</body></html>'
    const { text } = await signHtml(html, { signer, claims: {} })
    expect(await verifyText(text, { trust, carrier: 'html' })).toMatchObject({ state: 'trusted', text: html })
    expect((await verifyText(text.replace('é', 'e'), { trust, carrier: 'html' })).state).toBe('invalid')
  })
})
