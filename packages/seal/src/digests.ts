/** Every hash that the format names. Each begins with its own words, so that none can stand in for another. */
import { sha256 } from '#crypto'
import { ByteWriter, fromHex, toHex } from './bytes.ts'
import type { Hasher } from './hasher.ts'
import { CHAIN_BYTES, DIGEST_BYTES, LINK_BYTES } from './payload.ts'

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
  link: domain('link'),
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

/** What the mark behind a segment carries of it, so that no other can take its place: `LINK_BYTES` of a hash over its signed fields. */
export function linkTo(fields: Uint8Array): Uint8Array {
  const hash = begin('link')
  hash.update(fields)
  return hash.digest().slice(0, LINK_BYTES)
}

/** What ties segments together while they come in order. Between them it holds no open hash, and text: a live sealer has little room, and an array of a few bytes takes 200. */
export class Chain {
  /** Both in hexadecimal digits. */
  #digest = '00'.repeat(CHAIN_BYTES)
  #link = ''

  /** Takes the signed fields of the next segment. */
  add(fields: Uint8Array): void {
    const hash = begin('chain')
    hash.update(this.digest)
    hash.update(fields)
    this.#digest = toHex(hash.digest().slice(0, CHAIN_BYTES))
    this.#link = toHex(linkTo(fields))
  }

  /** The chain of all segments so far, `CHAIN_BYTES` long. */
  get digest(): Uint8Array {
    return fromHex(this.#digest)
  }

  /** The link to the last segment; `undefined` before the first. */
  get link(): Uint8Array | undefined {
    return this.#link === '' ? undefined : fromHex(this.#link)
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
