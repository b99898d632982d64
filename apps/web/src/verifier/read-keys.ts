/** Public keys out of what a reader pastes or a server sends: a JWK, an array of them, or a key set (RFC 7517 §5). */
import { type Jwk, trustList } from '@streamseal/seal'
import { parseJson } from '../shared/parse-json.ts'

/** A public key that seals can be verified with, and its id (the thumbprint, RFC 7638). */
export interface PublicKey {
  keyId: string
  jwk: Jwk
}

/** What was read: keys, or why there are none, in words for the reader. */
export type ReadKeys = { ok: true; keys: PublicKey[] } | { ok: false; why: string }

const maxKeys = 100

/** Reads keys from JSON text. Secrets are refused by name: neither a private key nor a shared secret belongs in this page. */
export async function readKeys(json: string): Promise<ReadKeys> {
  const value = parseJson(json)
  if (value === undefined) return refuse('This is not JSON. A public key begins with a curly bracket.')
  const candidates = candidatesIn(value)
  if (candidates.some(isPrivate)) {
    return refuse('This is a private key: keep it secret. Paste its public half, without the member "d".')
  }
  if (candidates.some(key => key.kty === 'oct')) {
    return refuse('This is a shared secret: whoever knows it can sign. This page takes public keys only.')
  }
  const keys = (await Promise.all(candidates.slice(0, maxKeys).map(usable))).flat()
  return keys.length > 0 ? { ok: true, keys } : refuse('There is no Ed25519 public key in it.')
}

function refuse(why: string): ReadKeys {
  return { ok: false, why }
}

function candidatesIn(value: unknown): Jwk[] {
  const list = Array.isArray(value)
    ? value
    : isObject(value) && Array.isArray(value.keys)
      ? value.keys
      : [value]
  return list.filter((one): one is Jwk => isObject(one) && typeof one.kty === 'string')
}

function isPrivate(key: Jwk): boolean {
  return key.kty !== 'oct' && key.d !== undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

async function usable(jwk: Jwk): Promise<PublicKey[]> {
  try {
    const found = await trustList({ keys: [jwk] }).find('')
    return found.map(({ keyId }) => ({ keyId, jwk }))
  } catch {
    // Another kind of key, or a broken one: it verifies nothing and is passed over.
    return []
  }
}
