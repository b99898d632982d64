/** A browser's hashes and signatures give every published report, and make every published vector, as Node's do. */
import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import type { VerifyVector } from '../testing/vectors.ts'

vi.mock('#crypto', () => import('./crypto.web.ts'))
vi.mock('#ed25519', () => import('./ed25519.web.ts'))
vi.mock('#verify-ed25519', () => import('./verify-ed25519.web.ts'))

const file = new URL('../../../vectors/seal/reports.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: VerifyVector[] }
const { trustList, verify, createSigner, seal } = await import('./index.ts')
const { sha256 } = await import('#crypto')

test('S10 a web page reports what Node reports, of every vector', async () => {
  expect(sha256().constructor.name).not.toBe('NodeSha256')
  for (const { name, text, detached, trust, now, report } of vectors) {
    const beside = detached === undefined ? {} : { detached }
    const found = await verify(text, { trust: trustList(trust), now, ...beside })
    expect(JSON.parse(JSON.stringify(found)), name).toEqual(report)
  }
}, 120_000)

test('S10 a web page without an Ed25519 of its own reports the same of odd signatures', async () => {
  const odd = vectors.filter(({ name }) => name.includes('signature'))
  expect(odd.length).toBeGreaterThan(12)
  vi.resetModules()
  vi.stubGlobal('crypto', { getRandomValues: <T>(bytes: T) => bytes })
  const page = await import('./index.ts')
  for (const { name, text, detached, trust, now, report } of odd) {
    const beside = detached === undefined ? {} : { detached }
    const found = await page.verify(text, { trust: page.trustList(trust), now, ...beside })
    expect(found.status, name).toBe(report.status)
  }
  vi.unstubAllGlobals()
})

test('S10 a web page seals to the letter what Node seals', async () => {
  const privateJwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  }
  const signer = await createSigner(privateJwk, { issuer: 'https://issuer.example' })
  const known = vectors.find(({ name }) => name === 'a short text') as VerifyVector
  const { model = '', ...claims } = known.report.seals[0]?.claims ?? {}
  const options = { signer, claims: { model, ...claims }, streamId: '0011223344556677' }
  expect((await seal(known.report.text, options)).text).toBe(known.text)
})
