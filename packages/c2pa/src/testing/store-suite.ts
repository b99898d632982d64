/** The tests that every manifest store passes: memory, SQLite and a stranger's adapter by the same call. Browser safe. */
import { equalBytes, utf8 } from '../bytes.ts'
import type { ManifestStore, StoredManifest } from '../manifest-store.ts'

/** A test runner's `test`: vitest's, node's or jest's. */
export type TestFunction = (name: string, body: () => Promise<void>) => unknown

/** How the suite runs. */
export interface StoreSuiteOptions {
  /** The runner's `test`. */
  test: TestFunction
}

const stream = { algorithm: 'com.example.stream', value: utf8('stream 1') }

const record = (id: string, more: Partial<StoredManifest> = {}): StoredManifest => ({
  id,
  manifest: utf8(`manifest of ${id}`),
  contentHash: utf8(`hash of ${id}`),
  bindings: [],
  ...more,
})

/**
 * Registers the tests. Each calls `makeStore` anew, which must answer with an empty store.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { memoryManifestStore } from '@streamseal/c2pa'
 * import { storeSuite } from '@streamseal/c2pa/testing'
 *
 * const bodies: (() => Promise<void>)[] = []
 * storeSuite('memory', memoryManifestStore, { test: (_name, body) => bodies.push(body) })
 * for (const body of bodies) await body()
 * assert.ok(bodies.length > 5)
 * ```
 */
export function storeSuite(
  name: string,
  makeStore: () => ManifestStore | Promise<ManifestStore>,
  { test }: StoreSuiteOptions,
): void {
  const check = (title: string, body: (store: ManifestStore) => Promise<void>): unknown =>
    test(`${name}: ${title}`, async () => body(await makeStore()))

  check('knows nothing at first', async store => {
    expectSame(await store.get('urn:c2pa:1'), undefined)
    expectSame(await store.findByBinding(stream), [])
    expectSame(await store.findByContent(utf8('hash')), [])
    expectSame(await store.delete('urn:c2pa:1'), false)
  })
  check('gives back the bytes that it was given', async store => {
    const manifest = Uint8Array.from({ length: 5000 }, (_, at) => at % 256)
    await store.put(record('urn:c2pa:1', { manifest }))
    const kept = await store.get('urn:c2pa:1')
    expectSame(kept !== undefined && equalBytes(kept, manifest), true)
  })
  check('is not changed through what it gave or was given', async store => {
    const given = utf8('manifest')
    await store.put(record('urn:c2pa:1', { manifest: given }))
    given.fill(0)
    ;(await store.get('urn:c2pa:1'))?.fill(1)
    expectSame(await store.get('urn:c2pa:1'), utf8('manifest'))
  })
  check('finds by soft binding, newest first, and tells algorithms apart', async store => {
    await store.put(record('urn:c2pa:1', { bindings: [stream] }))
    await store.put(record('urn:c2pa:2', { bindings: [stream] }))
    await store.put(record('urn:c2pa:3', { bindings: [{ ...stream, algorithm: 'com.example.other' }] }))
    expectSame(await store.findByBinding(stream), ['urn:c2pa:2', 'urn:c2pa:1'])
    expectSame(await store.findByBinding(stream, 1), ['urn:c2pa:2'])
    expectSame(await store.findByBinding({ ...stream, value: utf8('stream 2') }), [])
  })
  check('finds by content, newest first', async store => {
    const contentHash = utf8('the same text')
    await store.put(record('urn:c2pa:1', { contentHash }))
    await store.put(record('urn:c2pa:2', { contentHash }))
    expectSame(await store.findByContent(contentHash), ['urn:c2pa:2', 'urn:c2pa:1'])
    expectSame(await store.findByContent(contentHash, 1), ['urn:c2pa:2'])
  })
  check('replaces a manifest of the same id, with all that it was found by', async store => {
    await store.put(record('urn:c2pa:1', { bindings: [stream] }))
    await store.put(record('urn:c2pa:1', { manifest: utf8('another'), contentHash: utf8('another hash') }))
    expectSame(await store.get('urn:c2pa:1'), utf8('another'))
    expectSame(await store.findByBinding(stream), [])
    expectSame(await store.findByContent(utf8('hash of urn:c2pa:1')), [])
    expectSame(await store.findByContent(utf8('another hash')), ['urn:c2pa:1'])
  })
  check('forgets', async store => {
    await store.put(record('urn:c2pa:1', { bindings: [stream] }))
    expectSame(await store.delete('urn:c2pa:1'), true)
    expectSame(await store.get('urn:c2pa:1'), undefined)
    expectSame(await store.findByBinding(stream), [])
  })
  check('keeps ids and algorithms as they are written', async store => {
    const odd = { algorithm: "a'; drop table manifests; --", value: new Uint8Array(0) }
    await store.put(record('urn:c2pa:%_*', { bindings: [odd] }))
    expectSame(await store.findByBinding(odd), ['urn:c2pa:%_*'])
    expectSame(await store.get('urn:c2pa:1'), undefined)
  })
}

/** Throws where the two are not the same as JSON; byte strings count by their bytes. */
function expectSame(actual: unknown, expected: unknown): void {
  const [left, right] = [written(actual), written(expected)]
  if (left !== right) throw new Error(`The store answered ${left} instead of ${right}`)
}

const written = (value: unknown): string =>
  JSON.stringify(value instanceof Uint8Array ? { bytes: [...value] } : value) ?? 'nothing'
