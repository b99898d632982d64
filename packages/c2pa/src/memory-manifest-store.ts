/** A manifest store in memory: bounded, gone with the process. */
import { ownBytes, toHex } from './bytes.ts'
import { DEFAULT_LIMIT, type ManifestStore, type StoredManifest } from './manifest-store.ts'

/** What `memoryManifestStore` takes. */
export interface MemoryManifestStoreOptions {
  /** How many manifests are kept; the oldest goes when another comes. Default 10,000. */
  maxManifests?: number
}

/**
 * Keeps manifests in memory.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createC2paSigner, createDevelopmentChain, memoryManifestStore, signText, verifyText } from '@streamseal/c2pa'
 *
 * const { privateKey, chain } = await createDevelopmentChain()
 * const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
 * const store = memoryManifestStore()
 * const { text, record } = await signText('Hello', { signer, claims: {}, carrier: 'stored' })
 * await store.put(record)
 * assert.equal(text, 'Hello')
 * assert.equal((await verifyText('Hello', { store })).state, 'valid')
 * ```
 */
export function memoryManifestStore({
  maxManifests = 10_000,
}: MemoryManifestStoreOptions = {}): ManifestStore {
  const records = new Map<string, StoredManifest>()
  const keysToIds = new Map<string, Set<string>>()

  const forget = (id: string): boolean => {
    const record = records.get(id)
    for (const key of record ? keysOf(record) : []) {
      const ids = keysToIds.get(key)
      ids?.delete(id)
      if (ids?.size === 0) keysToIds.delete(key)
    }
    return records.delete(id)
  }
  const keep = (record: StoredManifest): void => {
    records.set(record.id, record)
    for (const key of keysOf(record)) keysToIds.set(key, (keysToIds.get(key) ?? new Set()).add(record.id))
  }
  const find = (key: string, limit: number): string[] =>
    [...(keysToIds.get(key) ?? [])].reverse().slice(0, limit)

  return {
    async put(record) {
      forget(record.id)
      keep({ ...record, manifest: ownBytes(record.manifest) })
      const [oldest] = records.keys()
      if (records.size > maxManifests && oldest !== undefined) forget(oldest)
    },
    async get(id) {
      const record = records.get(id)
      return record && ownBytes(record.manifest)
    },
    findByBinding: async ({ algorithm, value }, limit = DEFAULT_LIMIT) =>
      find(bindingKey(algorithm, value), limit),
    findByContent: async (contentHash, limit = DEFAULT_LIMIT) => find(bindingKey('', contentHash), limit),
    delete: async id => forget(id),
  }
}

const keysOf = ({ contentHash, bindings }: StoredManifest): string[] => [
  bindingKey('', contentHash),
  ...bindings.map(({ algorithm, value }) => bindingKey(algorithm, value)),
]

const bindingKey = (algorithm: string, value: Uint8Array): string => `${algorithm} ${toHex(value)}`
