/** Every hash that the format names. Each begins with its own words, so that none can stand in for another. */
import { sha256 } from '#crypto'
import { ByteWriter } from './bytes.ts'
import type { Hasher } from './hasher.ts'
import { CHAIN_BYTES, DIGEST_BYTES } from './payload.ts'

const utf8 = new TextEncoder()

/** The words before the bytes that are hashed or signed, with a zero byte behind them. */
function domain(name: string): Uint8Array {
  return utf8.encode(`streamseal/1 ${name}\0`)
}

const domains = {
  exact: domain('exact'),
  skeleton: domain('skeleton'),
  opening: domain('opening'),
  chain: domain('chain'),
  segment: domain('segment'),
  closing: domain('closing'),
}

/** A hash of text, keyed by stream and index so that nobody can prepare a collision; `textDigest` ends it. */
export function textHasher(kind: 'exact' | 'skeleton', streamId: Uint8Array, index: number): Hasher {
  const hash = begin(kind)
  hash.update(new ByteWriter().bytes(streamId).varint(index).toBytes())
  return hash
}

/** The digest of a text hasher, cut to `DIGEST_BYTES`. */
export function textDigest(hash: Hasher): Uint8Array {
  return hash.digest().slice(0, DIGEST_BYTES)
}

/** The digest of an opening's payload, as segment 0 carries it. */
export function openingDigest(payload: Uint8Array): Uint8Array {
  const hash = begin('opening')
  hash.update(payload)
  return hash.digest().slice(0, DIGEST_BYTES)
}

/** The hash over the signed fields of every segment in order; cut to `CHAIN_BYTES`. */
export class Chain {
  #hash: Hasher | undefined

  add(fields: Uint8Array): void {
    this.#hash ??= begin('chain')
    this.#hash.update(new ByteWriter().varint(fields.length).toBytes())
    this.#hash.update(fields)
  }

  digest(): Uint8Array {
    return (this.#hash ?? begin('chain')).digest().slice(0, CHAIN_BYTES)
  }
}

/** What a signature covers: the kind of mark, the key's whole thumbprint, and the fields. */
export function signedBytes(
  kind: 'segment' | 'closing',
  thumbprint: Uint8Array,
  fields: Uint8Array,
): Uint8Array {
  return new ByteWriter().bytes(domains[kind]).bytes(thumbprint).bytes(fields).toBytes()
}

function begin(kind: keyof typeof domains): Hasher {
  const hash = sha256()
  hash.update(domains[kind])
  return hash
}
