/** Signers that are slow, silent, or broken. */
import { expect, test } from 'vitest'
import { privateJwk, publicJwk, secretJwk, signer, trust } from '../testing/keys.ts'
import { prose } from '../testing/texts.ts'
import { createSealer, createSigner, generateKeys, type Signer, strip, trustList, verify } from './index.ts'

const claims = { model: 'demo' }
const text = prose(60)

function remote(latencyMs: number): Signer {
  return {
    algorithm: signer.algorithm,
    keyId: signer.keyId,
    sign: async bytes => {
      await new Promise(resolve => setTimeout(resolve, latencyMs))
      return signer.sign(bytes)
    },
  }
}

const silent: Signer = { ...signer, sign: () => new Promise<Uint8Array>(() => undefined) }

test('S1 with a signer that never answers, every chunk comes back at once and finish says SIGNER_TIMEOUT', async () => {
  const sealer = createSealer({ signer: silent, claims, signTimeoutMs: 50 })
  let got = ''
  for (const chunk of text.match(/.{1,5}/gs) ?? []) got += sealer.feed(chunk)
  expect(got).toBe(text)
  await expect(sealer.finish()).rejects.toMatchObject({ code: 'SIGNER_TIMEOUT' })
})

test('S1 the signal of a signer that never answers is aborted when finish gives up', async () => {
  let given: AbortSignal | undefined
  const sealer = createSealer({
    signer: {
      ...signer,
      sign: (_, options) => {
        given = options?.signal
        return new Promise<Uint8Array>(() => undefined)
      },
    },
    claims,
    signTimeoutMs: 20,
  })
  sealer.feed(text)
  await expect(sealer.finish()).rejects.toMatchObject({ code: 'SIGNER_TIMEOUT' })
  expect(given?.aborted).toBe(true)
})

test('S1 a signer of 500 ms latency delays no chunk; its marks stand later and the text is intact', {
  retry: 3,
}, async () => {
  const sealer = createSealer({ signer: remote(500), claims })
  let got = ''
  let slowest = 0
  for (const chunk of text.match(/.{1,40}/gs) ?? []) {
    const before = performance.now()
    got += sealer.feed(chunk)
    slowest = Math.max(slowest, performance.now() - before)
    await new Promise(resolve => setTimeout(resolve, 12))
  }
  const end = await sealer.finish()
  got += end.text
  expect(strip(got)).toBe(text)
  expect(slowest).toBeLessThan(100)
  const report = await verify(got, { trust })
  expect(report).toMatchObject({ status: 'intact', unsealed: [] })
  expect(report.seals[0]?.segments.length).toBeGreaterThan(4)
})

test('S2 S3 marks that stand late still say which segment was changed, and a cut text verifies', async () => {
  const sealer = createSealer({ signer: remote(1), claims })
  let got = ''
  for (const chunk of text.match(/.{1,100}/gs) ?? []) {
    got += sealer.feed(chunk)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  got += (await sealer.finish()).text
  const changed = await verify(got.replace('1925', '1952'), { trust })
  expect(changed.status).toBe('altered')
  expect(changed.seals[0]?.segments.filter(({ status }) => status !== 'intact')).toHaveLength(1)
  const longer = await verify(got.replace('1925', '19255'), { trust })
  expect(longer.seals[0]?.segments.filter(({ status }) => status !== 'intact').length).toBe(1)
  const cut = await verify(got.slice(0, got.length / 2), { trust })
  expect(cut.status).toBe('truncated')
  expect(cut.seals[0]?.segments.every(({ status }) => status === 'intact')).toBe(true)
})

test('S1 signatures that arrive after the last chunk are appended by finish', async () => {
  const sealer = createSealer({ signer: remote(20), claims })
  const got = sealer.feed(text)
  expect(got).toBe(text)
  const end = await sealer.finish()
  const report = await verify(got + end.text, { trust })
  expect(report.status).toBe('intact')
  expect(report.seals[0]?.segments.length).toBeGreaterThan(4)
})

test('S1 signatures that arrive after a text that ends in code are kept beside it, with all segments', async () => {
  const code = `${text}\n\n\`\`\`\ncode\n\`\`\`\n`
  const sealer = createSealer({ signer: remote(20), claims })
  const got = sealer.feed(code)
  const end = await sealer.finish()
  expect(got + end.text).toBe(code)
  expect(await verify(code, { trust, detached: end.detached as string })).toMatchObject({ status: 'intact' })
})

test('S10 a signer that fails, or gives another length, makes finish reject with SIGNER_FAILED', async () => {
  const broken: Signer[] = [
    {
      ...signer,
      sign: () => {
        throw new Error('down')
      },
    },
    { ...signer, sign: () => Promise.reject(new Error('down')) },
    { ...signer, sign: () => new Uint8Array(10) },
    { ...signer, sign: async () => new Uint8Array(65) },
  ]
  for (const bad of broken) {
    const sealer = createSealer({ signer: bad, claims })
    expect(sealer.feed(text)).toBe(text)
    await expect(sealer.finish()).rejects.toMatchObject({ code: 'SIGNER_FAILED' })
  }
})

test('S10 keys that are not what they say are refused', async () => {
  const { privateJwk: other } = await generateKeys('Ed25519')
  const bad = [
    { kty: 'RSA' },
    { ...publicJwk },
    { ...privateJwk, d: other.d as string },
    { ...privateJwk, alg: 'ES256' },
    { ...privateJwk, use: 'enc' },
    { kty: 'oct', k: 'c2hvcnQ' },
    { ...secretJwk, alg: 'HS512' },
  ]
  for (const jwk of bad) await expect(createSigner(jwk)).rejects.toMatchObject({ code: 'INVALID_KEY' })
})

test('S10 a shared secret is trusted as a bare key and refused in a key set', () => {
  expect(() => trustList({ keys: [secretJwk] })).toThrowError(/shared secret/)
  expect(() => trustList(secretJwk)).not.toThrow()
  expect(() => trustList([secretJwk, publicJwk])).not.toThrow()
  expect(() => trustList({ keys: [publicJwk, { kty: 'EC', crv: 'P-256' }] })).not.toThrow()
})

test('S10 the thumbprint is that of RFC 8037, appendix A.3', async () => {
  expect((await createSigner(privateJwk)).keyId).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})

test.each([Number.POSITIVE_INFINITY, 2 ** 31])(
  'S1 a signer may take its time where %s ms are allowed',
  async signTimeoutMs => {
    const sealer = createSealer({ signer: remote(30), claims, signTimeoutMs })
    const fed = sealer.feed(text)
    const end = await sealer.finish()
    expect((await verify(fed + end.text, { trust, ...end })).status).toBe('intact')
  },
)

test.each([Number.NaN, -1])('a wait of %s ms for the signer is refused', signTimeoutMs => {
  expect(() => createSealer({ signer, claims, signTimeoutMs })).toThrow(RangeError)
})

test('a signer of no known algorithm, or without a key id, is refused by name', () => {
  for (const wrong of [{ algorithm: 'toString' }, { algorithm: 'constructor' }, { keyId: undefined }]) {
    const broken = { ...signer, ...wrong } as Signer
    expect(() => createSealer({ signer: broken, claims })).toThrow(RangeError)
  }
})

test('the error about a signature of a wrong length says how long it was', async () => {
  for (const sign of [() => new Uint8Array(3), async () => new Uint8Array(3)]) {
    const sealer = createSealer({ signer: { ...signer, sign }, claims })
    await expect(sealer.finish()).rejects.toThrow('it gave 3 bytes, not 64')
  }
})
