import { expect, test } from 'vitest'
import { createC2paSigner } from './c2pa-signer.ts'
import { createDevelopmentChain } from './development-chain.ts'
import { signHtml, signStructuredText, signText } from './sign-text.ts'
import { newSigner, testSigner } from './test/signers.ts'
import { createTextSigner } from './text-signer.ts'
import { trustAnchors } from './trust-list.ts'
import { verifyText } from './verify-text.ts'

test('development certificates sign nothing and vouch for nobody unless told to', async () => {
  const { privateKey, chain, root } = await createDevelopmentChain()
  await expect(createC2paSigner({ privateKey, chain })).rejects.toMatchObject({
    code: 'DEVELOPMENT_CERTIFICATE',
  })
  expect(() => trustAnchors(root)).toThrow(/development/)
  const { signer, trust } = await testSigner()
  const { text } = await signText('x', { signer, claims: {} })
  expect((await verifyText(text, { trust })).signer?.development).toBe(true)
})

test('a key that is not the leaf’s is refused', async () => {
  const one = await createDevelopmentChain()
  const other = await createDevelopmentChain()
  const mixed = createC2paSigner({ privateKey: one.privateKey, chain: other.chain, allowDevelopment: true })
  await expect(mixed).rejects.toMatchObject({ code: 'INVALID_KEY' })
})

test('a chain whose certificates do not belong together is refused', async () => {
  const one = await createDevelopmentChain()
  const other = await createDevelopmentChain()
  const leaf = one.chain.slice(0, one.chain.indexOf('-----END CERTIFICATE-----') + 26)
  const mixed = createC2paSigner({
    privateKey: one.privateKey,
    chain: leaf + other.root,
    allowDevelopment: true,
  })
  await expect(mixed).rejects.toMatchObject({ code: 'INVALID_CHAIN' })
})

test('a certificate for time-stamps signs no claims', async () => {
  const stamping = await createDevelopmentChain({ purpose: 'time-stamping' })
  const signer = createC2paSigner({
    privateKey: stamping.privateKey,
    chain: stamping.chain,
    allowDevelopment: true,
  })
  await expect(signer).rejects.toThrow(/time-stamps/)
})

test('an expired chain signs nothing', async () => {
  const { signer } = await newSigner({ notBefore: new Date(Date.now() - 86_400_000 * 5), days: 2 })
  await expect(signText('x', { signer, claims: {} })).rejects.toMatchObject({
    code: 'CERTIFICATE_NOT_VALID_NOW',
  })
})

test('a signer that never answers is given up, and one that fails is named as the cause', async () => {
  const { signer } = await testSigner()
  const silent = { ...signer, sign: () => new Promise<never>(() => undefined) }
  await expect(signText('x', { signer: silent, claims: {}, signTimeoutMs: 50 })).rejects.toMatchObject({
    code: 'SIGNER_TIMEOUT',
  })
  const failing = { ...signer, sign: () => Promise.reject(new Error('no')) }
  await expect(signText('x', { signer: failing, claims: {} })).rejects.toMatchObject({
    code: 'SIGNER_FAILED',
  })
  const short = { ...signer, sign: async () => new Uint8Array(3) }
  await expect(signText('x', { signer: short, claims: {} })).rejects.toMatchObject({ code: 'SIGNER_FAILED' })
})

test('the signer is asked once a text', async () => {
  const { signer } = await testSigner()
  let asked = 0
  const counting = {
    ...signer,
    sign: (data: Uint8Array<ArrayBuffer>) => {
      asked++
      return signer.sign(data)
    },
  }
  for (let index = 0; index < 40; index++)
    await signText('x'.repeat(index), { signer: counting, claims: { model: 'm'.repeat(index + 1) } })
  expect(asked).toBe(40)
  for (let index = 0; index < 12; index++) {
    const options = { signer: counting, claims: { model: 'm'.repeat(index + 1) } }
    await signStructuredText('x', { ...options, comment: '#' })
    await signHtml('<head></head>', options)
  }
  expect(asked).toBe(64)
})

test('a stream passes every chunk at once, whatever the signer does, and is bound in length', async () => {
  const { signer } = await testSigner()
  const silent = { ...signer, sign: () => new Promise<never>(() => undefined) }
  const stream = createTextSigner({ signer: silent, claims: {}, maxTextLength: 10, signTimeoutMs: 20 })
  expect(stream.feed('The ')).toBe('The ')
  expect(stream.feed('cat')).toBe('cat')
  expect(() => stream.feed('sat on')).toThrow(/over 10/)
  await expect(stream.finish()).rejects.toMatchObject({ code: 'SIGNER_TIMEOUT' })
  expect(() => stream.feed('.')).toThrow(/signed already/)
})

test('chunks may be cut anywhere: between the halves of a character, and before a mark', async () => {
  const { signer, trust } = await testSigner()
  const words = 'Cafe\u0301 😀!'
  const stream = createTextSigner({ signer, claims: {} })
  let sent = ''
  for (let at = 0; at < words.length; at++) sent += stream.feed(words.charAt(at))
  expect(sent).toBe(words)
  sent += (await stream.finish()).text
  expect(await verifyText(sent, { trust })).toMatchObject({ state: 'trusted', text: words })
})
