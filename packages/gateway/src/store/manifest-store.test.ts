import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoredManifest } from '@streamseal/c2pa'
import { storeSuite } from '@streamseal/c2pa/testing'
import { afterAll, expect, test } from 'vitest'
import { type ManifestDatabase, openManifestStore } from './manifest-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'streamseal-manifests-'))
const opened: ManifestDatabase[] = []
afterAll(() => {
  for (const store of opened) store.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(path: string, options = {}): ManifestDatabase {
  const store = openManifestStore(path, options)
  opened.push(store)
  return store
}

storeSuite('SQLite', () => open(':memory:'), { test })
storeSuite('SQLite in a file', () => open(join(folder, `${opened.length}.db`)), { test })

const record = (number: number): StoredManifest => ({
  id: `urn:c2pa:${number}`,
  manifest: Uint8Array.of(number % 256),
  contentHash: Uint8Array.of(1, number % 256, number >> 8),
  bindings: [{ algorithm: 'com.example.stream', value: Uint8Array.of(2, number % 256, number >> 8) }],
})

test('two processes with the same file see each other’s manifests', async () => {
  const path = join(folder, 'shared.db')
  const [one, other] = [open(path), open(path)]
  await one.put(record(1))
  expect(await other.get('urn:c2pa:1')).toEqual(Uint8Array.of(1))
  await other.put(record(2))
  expect(await one.findByContent(record(2).contentHash)).toEqual(['urn:c2pa:2'])
})

test('the oldest manifests are forgotten, with what they are found by', async () => {
  const store = open(':memory:', { keepManifests: 10 })
  for (let number = 0; number < 1000; number += 1) await store.put(record(number))
  expect(await store.get('urn:c2pa:989')).toBeUndefined()
  expect(await store.findByBinding(record(989).bindings[0] ?? never())).toEqual([])
  expect(await store.get('urn:c2pa:990')).toEqual(Uint8Array.of(990 % 256))
})

function never(): never {
  throw new Error('The record has a binding')
}
