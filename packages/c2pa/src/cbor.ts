/**
 * CBOR (RFC 8949) through cbor2: written in core deterministic encoding (§4.2.1), as clause 18.1 asks of a writer; read
 * with maps as `Map`, tags left alone, and neither duplicate keys, indefinite lengths, bytes behind the end nor more
 * depth than `MAX_DEPTH`. Numbers in a longer form than needed are read: known writers emit them.
 */
import { cdeEncodeOptions, decode, encode, Tag } from 'cbor2'
import { type Bytes, ownBytes } from './bytes.ts'

const MAX_DEPTH = 32

/** A map as it is read: keys in the order of the file. */
export type CborMap = Map<unknown, unknown>

/** Why something is not the CBOR that we read. */
export class CborError extends Error {
  override readonly name = 'CborError'
}

/** The one deterministic encoding of a value; `undefined` members are left out. */
export const encodeCbor = (value: unknown): Bytes => ownBytes(encode(plain(value), cdeEncodeOptions))

/** A tagged value. */
export const tagged = (tag: number, contents: unknown): Tag => new Tag(tag, plain(contents))

/** Objects become maps, without the members that are `undefined`. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, plain(each)]))
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Tag)
    return value
  const members = Object.entries(value).filter(([, each]) => each !== undefined)
  return new Map(members.map(([key, each]) => [key, plain(each)]))
}

/** Reads one value that fills `bytes` to the last. Throws `CborError` for anything else. */
export function decodeCbor(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, {
      preferMap: true,
      ignoreGlobalTags: true,
      rejectDuplicateKeys: true,
      rejectStreaming: true,
      maxDepth: MAX_DEPTH,
    })
  } catch (cause) {
    throw new CborError('Cannot read the bytes as CBOR', { cause })
  }
}

/** `value` if it is a map. */
export const asMap = (value: unknown): CborMap | undefined => (value instanceof Map ? value : undefined)

/** `value` if it is a byte string. */
export const asBytes = (value: unknown): Bytes | undefined =>
  value instanceof Uint8Array ? ownBytes(value) : undefined

/** `value` if it is a text string. */
export const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** `value` if it is an array. */
export const asList = (value: unknown): unknown[] | undefined => (Array.isArray(value) ? value : undefined)

/** `value` if it is a whole number, not negative, and exact. */
export const asCount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)
    ? value
    : undefined

/** The contents of `value` if it carries this tag. */
export const untagged = (value: unknown, tag: number): unknown =>
  value instanceof Tag && value.tag === tag ? value.contents : undefined
