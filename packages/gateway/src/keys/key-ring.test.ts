import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKeyRing } from './key-ring.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamseal-ring-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rounds = 20

test('processes that start together on an empty data directory sign with one key, and publish it', async () => {
  const outfile = join(folder, 'open.mjs')
  await build({
    stdin: {
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      contents: `import { openKeyRing } from './key-ring.ts'
        const [startAt, folder] = process.argv.slice(2)
        const rings = []
        for (let count = 0; count < ${rounds}; count++) {
          while (Date.now() < Number(startAt) + count * 40);
          const { signer, published } = await openKeyRing(folder + '/' + count)
          rings.push([signer.keyId, published.keys.map(({ kid }) => kid)])
        }
        console.log(JSON.stringify(rings))`,
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@streamseal/source'],
  })
  const startAt = String(Date.now() + 500)
  const open = (): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, [outfile, startAt, folder])
  const outputs = (await Promise.all([open(), open(), open()])).map(({ stdout }) => stdout)
  expect(new Set(outputs).size).toBe(1)
  for (const [signs, published] of JSON.parse(outputs[0] ?? '[]') as [string, string[]][])
    expect(published).toEqual([signs])
  for (let count = 0; count < rounds; count++)
    expect(readdirSync(join(folder, String(count), 'keys'))).toEqual(['signing-1.jwk.json'])
})

test('a name that is taken by a key that no longer signs is passed over', async () => {
  const first = await openKeyRing(folder)
  const { d: _private, ...old } = JSON.parse(readFileSync(first.path, 'utf8')) as Record<string, string>
  rmSync(first.path)
  const taken = join(folder, 'keys', 'signing-2.jwk.json')
  writeFileSync(taken, JSON.stringify({ ...old, revoked: '2026-01-01T00:00:00Z' }))
  const next = await openKeyRing(folder)
  expect(next.path).toBe(join(folder, 'keys', 'signing-3.jwk.json'))
  expect(next.published.keys.map(({ kid }) => kid)).toEqual([old.kid, next.signer.keyId])
})
