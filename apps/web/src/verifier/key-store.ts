/** Whom the reader trusts: this gateway's keys, and those of other issuers that were added, kept in this browser. */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Jwk } from '@streamseal/seal'
import { keep, readKept } from '../shared/kept.ts'
import { parseJson } from '../shared/parse-json.ts'
import { fetchKeys, keySetUrl } from './fetch-keys.ts'
import { type PublicKey, type ReadKeys, readKeys } from './read-keys.ts'

/** One place that keys came from. */
export interface KeySource {
  kind: 'gateway' | 'url' | 'pasted'
  /** The address, or the name that the reader gave. */
  name: string
  keys: PublicKey[]
}

/** The sources and what can be done with them. */
export interface KeyStore {
  /** This gateway's own keys; a failure says why there are none. */
  readonly own: Signal<KeySource | { failure: string } | undefined>
  /** Other issuers' keys, in the order in which they were added. */
  readonly added: Signal<KeySource[]>
  /** Every key that `verify` may trust. */
  readonly trusted: ReadonlySignal<Jwk[]>
  loadOwn(): Promise<void>
  /** Fetches and adds a key set; resolves to what went wrong, or to nothing. */
  addUrl(typed: string): Promise<string | undefined>
  /** Adds keys from JSON text under a name; resolves to what went wrong, or to nothing. */
  addPasted(name: string, json: string): Promise<string | undefined>
  remove(source: KeySource): void
  /** Where a key came from, in a word or two. */
  nameOf(keyId: string): string | undefined
}

const storageKey = 'streamseal.trusted-keys'
const ownUrl = '/.well-known/jwks.json'
const maxSources = 50

/** Creates the store from what this browser has kept. */
export function createKeyStore(): KeyStore {
  const own = signal<KeySource | { failure: string } | undefined>(undefined)
  const added = signal<KeySource[]>(keptSources())
  const sources = computed(() =>
    (own.value !== undefined && 'keys' in own.value ? [own.value] : []).concat(added.value),
  )
  const trusted = computed(() => sources.value.flatMap(source => source.keys.map(key => key.jwk)))

  async function loadOwn(): Promise<void> {
    const read = await fetchKeys(ownUrl)
    own.value = read.ok
      ? { kind: 'gateway', name: location.host, keys: read.keys }
      : { failure: `The keys of this gateway could not be loaded. ${read.why}` }
  }

  function add(kind: 'url' | 'pasted', name: string, read: ReadKeys): string | undefined {
    if (!read.ok) return read.why
    const others = added.value.filter(source => source.kind !== kind || source.name !== name)
    if (others.length >= maxSources)
      return `More than ${maxSources} issuers cannot be kept: remove one first.`
    trust([...others, { kind, name, keys: read.keys }])
    return undefined
  }

  function trust(list: KeySource[]): void {
    added.value = list
    keep('localStorage', storageKey, JSON.stringify(list))
  }

  return {
    own,
    added,
    trusted,
    loadOwn,
    async addUrl(typed) {
      const url = keySetUrl(typed)
      if (url === undefined) return 'This is not a web address. It looks like https://example.com.'
      return add('url', url, await fetchKeys(url))
    },
    async addPasted(name, json) {
      return add('pasted', name.trim() || 'Pasted key', await readKeys(json))
    },
    remove(source) {
      trust(added.value.filter(one => one !== source))
    },
    nameOf(keyId) {
      const source = sources.value.find(one => one.keys.some(key => key.keyId === keyId))
      return source && shortName(source)
    },
  }
}

/** A source's host, or the name that the reader gave it. */
export function shortName({ kind, name }: Pick<KeySource, 'kind' | 'name'>): string {
  return kind === 'url' && URL.canParse(name) ? new URL(name).host : name
}

function keptSources(): KeySource[] {
  const kept = parseJson(readKept('localStorage', storageKey) ?? '')
  return Array.isArray(kept) ? kept.filter(isSource) : []
}

function isSource(value: unknown): value is KeySource {
  if (typeof value !== 'object' || value === null) return false
  const { kind, name, keys } = value as Record<string, unknown>
  return (
    (kind === 'url' || kind === 'pasted') &&
    typeof name === 'string' &&
    Array.isArray(keys) &&
    keys.every(isKey)
  )
}

function isKey(value: unknown): value is PublicKey {
  const { keyId, jwk } = (value ?? {}) as Record<string, unknown>
  return typeof keyId === 'string' && typeof jwk === 'object' && jwk !== null
}
