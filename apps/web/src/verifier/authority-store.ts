/** Whose C2PA manifests the reader trusts: certificates that were pasted or opened, kept in this browser and sent nowhere. */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { keep, readKept } from '../shared/kept.ts'
import { parseJson } from '../shared/parse-json.ts'
import { type Authority, readAuthorities } from './read-authorities.ts'

/** Certificates under the name that the reader gave. */
export interface AuthorityList {
  name: string
  pem: string
  authorities: Authority[]
}

/** The lists and what can be done with them. */
export interface AuthorityStore {
  readonly lists: Signal<AuthorityList[]>
  /** All certificates in PEM; empty where nobody is trusted. */
  readonly pem: ReadonlySignal<string>
  /** Adds certificates, in place of those of the same name; resolves to what went wrong, or to nothing. */
  add(name: string, pem: string): Promise<string | undefined>
  remove(list: AuthorityList): void
}

const storageKey = 'streamseal.c2pa-authorities'
const maxLists = 20

/** Creates the store from what this browser has kept. */
export function createAuthorityStore(): AuthorityStore {
  const lists = signal<AuthorityList[]>(keptLists())
  const trust = (next: AuthorityList[]): void => {
    lists.value = next
    keep('localStorage', storageKey, next.length === 0 ? undefined : JSON.stringify(next))
  }
  return {
    lists,
    pem: computed(() => lists.value.map(({ pem }) => pem).join('\n')),
    async add(typed, pem) {
      const read = await readAuthorities(pem)
      if (!read.ok) return read.why
      const name = typed.trim() || read.authorities[0]?.subject || 'Certificates'
      const others = lists.value.filter(list => list.name !== name)
      if (others.length >= maxLists) return `More than ${maxLists} lists cannot be kept: remove one first.`
      trust([...others, { name, pem: read.pem, authorities: read.authorities }])
      return undefined
    },
    remove(list) {
      trust(lists.value.filter(one => one !== list))
    },
  }
}

function keptLists(): AuthorityList[] {
  const kept = parseJson(readKept('localStorage', storageKey) ?? '')
  return Array.isArray(kept) ? kept.filter(isList) : []
}

function isList(value: unknown): value is AuthorityList {
  const { name, pem, authorities } = (value ?? {}) as Record<string, unknown>
  return (
    typeof name === 'string' &&
    typeof pem === 'string' &&
    Array.isArray(authorities) &&
    authorities.every(isAuthority)
  )
}

function isAuthority(value: unknown): value is Authority {
  const { subject, development } = (value ?? {}) as Record<string, unknown>
  return typeof subject === 'string' && typeof development === 'boolean'
}
