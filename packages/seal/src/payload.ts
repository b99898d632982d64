/** What the marks say: three kinds of payload, as bytes and as objects. `docs/seal-format.md` describes each field. */

import { type Algorithm, algorithmByCode, algorithms } from './algorithms.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { Ending } from './claims.ts'
import { decodeClaims, encodeClaims, type PartialClaims } from './claims-codec.ts'

/** The version that this code writes, in the high half of a payload's first byte. */
const FORMAT_VERSION = 1
export const STREAM_ID_BYTES = 8
/** Bytes of the key's thumbprint in segments. */
export const SHORT_HINT_BYTES = 3
/** Bytes of the key's thumbprint in openings and closings. */
export const LONG_HINT_BYTES = 6
export const DIGEST_BYTES = 12
export const CHAIN_BYTES = 16
export const LINK_BYTES = 4

const KINDS = { opening: 1, segment: 2, closing: 3 } as const
/** Flags in the high half of the second byte. */
const NOT_COMPARABLE = 0x10
const HAS_CLAIMS = 0x20
const FORMAT_BITS = 0xc0

/** What the text is, and so how it is compared where it is not exact. `code` stands for data, too. */
export type TextFormat = 'markdown' | 'plain' | 'code'

/** In the order of their codes; the fourth code is not used. */
const textFormats: readonly TextFormat[] = ['markdown', 'plain', 'code']

/** In the order of their codes. */
const endings: readonly Ending[] = ['complete', 'aborted', 'length-limited', 'failed']

/** A stretch of text: its lengths and digests. */
export interface Extent {
  /** Code points of the exact text (NFC). */
  exactLength: number
  /** Code points of the skeleton. */
  skeletonLength: number
  exactDigest: Uint8Array
  skeletonDigest: Uint8Array
}

/** How far behind the stretch's end the mark stands (negative: before it), in code points of each kind. Not signed: it is decided after signing. */
export interface Lag {
  exact: number
  skeleton: number
}

interface Common {
  algorithm: Algorithm
  streamId: Uint8Array
  /** The first bytes of the key's thumbprint. */
  keyHint: Uint8Array
}

/** Says who and what; bound by the digest in segment 0 and by the chain in the closing. */
export interface Opening extends Common {
  kind: 'opening'
  claims: PartialClaims
}

/** Binds one stretch of the text. */
export interface Segment extends Common {
  kind: 'segment'
  index: number
  format: TextFormat
  /** Holds something that renderers disagree about. */
  notComparable: boolean
  extent: Extent
  /** In segment 0 only: the digest of the opening. */
  openingDigest?: Uint8Array
  /** In every other segment: the link to the one before. */
  link?: Uint8Array
  lag: Lag
  signature: Uint8Array
}

/** Binds the stretch after the last segment, the segments by their chain, and how the text ended. */
export interface Closing extends Common {
  kind: 'closing'
  /** How many segments came before; also the index of the stretch that this mark binds. */
  count: number
  ending: Ending
  format: TextFormat
  notComparable: boolean
  extent: Extent
  /** Where `count` is not 0. */
  chain?: Uint8Array
  /** Where `count` is not 0: the link to the last segment. */
  link?: Uint8Array
  /** All claims where there is no opening; otherwise those that were only known at the end. */
  claims?: PartialClaims
  lag: Lag
  signature: Uint8Array
}

export type Payload = Opening | Segment | Closing
/** A payload before it is signed and placed. */
export type Unsigned<P extends Segment | Closing> = Omit<P, 'signature' | 'lag'>

/** The bytes of an opening. */
export function encodeOpening(opening: Opening): Uint8Array {
  return header(opening, 0).bytes(encodeClaims(opening.claims)).toBytes()
}

/** The fields of a segment or closing that its signature covers, as they are carried. */
export function encodeFields(payload: Unsigned<Segment> | Unsigned<Closing>): Uint8Array {
  return payload.kind === 'segment' ? segmentFields(payload) : closingFields(payload)
}

/** A whole segment or closing: its fields, its lag and its signature. */
export function encodeSigned(fields: Uint8Array, lag: Lag, signature: Uint8Array): Uint8Array {
  return new ByteWriter().bytes(fields).zigzag(lag.exact).zigzag(lag.skeleton).bytes(signature).toBytes()
}

/** Reads a payload, and the part of it that its signature covers; `undefined` where it is not of this version or is malformed. */
export function decodePayload(bytes: Uint8Array): { payload: Payload; fields: Uint8Array } | undefined {
  try {
    return read(bytes)
  } catch {
    // Every fault of the bytes says the same: this is no payload of ours.
    return undefined
  }
}

function header(
  payload: Omit<Common, 'keyHint'> & { kind: Payload['kind']; keyHint: Uint8Array },
  flags: number,
) {
  return new ByteWriter()
    .byte((FORMAT_VERSION << 4) | KINDS[payload.kind])
    .byte(flags | algorithms[payload.algorithm].code)
    .bytes(payload.streamId)
    .bytes(payload.keyHint)
}

function segmentFields(segment: Unsigned<Segment>): Uint8Array {
  const writer = header(segment, flagsOf(segment)).varint(segment.index)
  if (segment.openingDigest) writer.bytes(segment.openingDigest)
  if (segment.link) writer.bytes(segment.link)
  return writeExtent(writer, segment.extent).toBytes()
}

function closingFields(closing: Unsigned<Closing>): Uint8Array {
  const claims = closing.claims && encodeClaims(closing.claims)
  const flags = flagsOf(closing) | (claims ? HAS_CLAIMS : 0)
  const writer = header(closing, flags).varint(closing.count).byte(endings.indexOf(closing.ending))
  if (closing.chain) writer.bytes(closing.chain)
  if (closing.link) writer.bytes(closing.link)
  writeExtent(writer, closing.extent)
  if (claims) writer.varint(claims.length).bytes(claims)
  return writer.toBytes()
}

function flagsOf({ format, notComparable }: Pick<Segment, 'format' | 'notComparable'>): number {
  return (textFormats.indexOf(format) << 6) | (notComparable ? NOT_COMPARABLE : 0)
}

/** What both flags of a text say; throws for a format that there is not. */
function readFlags(flags: number): Pick<Segment, 'format' | 'notComparable'> {
  const format = textFormats[(flags & FORMAT_BITS) >> 6]
  if (format === undefined) throw new RangeError('Cannot read a payload: its format is unknown')
  return { format, notComparable: (flags & NOT_COMPARABLE) !== 0 }
}

function writeExtent(writer: ByteWriter, extent: Extent): ByteWriter {
  return writer
    .varint(extent.exactLength)
    .varint(extent.skeletonLength)
    .bytes(extent.exactDigest)
    .bytes(extent.skeletonDigest)
}

function read(bytes: Uint8Array): { payload: Payload; fields: Uint8Array } | undefined {
  const reader = new ByteReader(bytes)
  const first = reader.byte()
  if (first >> 4 !== FORMAT_VERSION) return undefined
  const second = reader.byte()
  const algorithm = algorithmByCode(second & 0x0f)
  if (algorithm === undefined) return undefined
  const flags = second & 0xf0
  switch (first & 0x0f) {
    case KINDS.opening:
      return flags === 0 ? { payload: readOpening(reader, algorithm), fields: bytes } : undefined
    case KINDS.segment:
      return flags & HAS_CLAIMS ? undefined : readSegment(reader, bytes, algorithm, flags)
    case KINDS.closing:
      return readClosing(reader, bytes, algorithm, flags)
    default:
      return undefined
  }
}

function readOpening(reader: ByteReader, algorithm: Algorithm): Opening {
  const streamId = reader.bytes(STREAM_ID_BYTES)
  const keyHint = reader.bytes(LONG_HINT_BYTES)
  return { kind: 'opening', algorithm, streamId, keyHint, claims: decodeClaims(reader.bytes(reader.left)) }
}

function readSegment(reader: ByteReader, bytes: Uint8Array, algorithm: Algorithm, flags: number) {
  const streamId = reader.bytes(STREAM_ID_BYTES)
  const keyHint = reader.bytes(SHORT_HINT_BYTES)
  const index = reader.varint()
  const openingDigest = index === 0 ? reader.bytes(DIGEST_BYTES) : undefined
  const link = index === 0 ? undefined : reader.bytes(LINK_BYTES)
  const extent = readExtent(reader)
  const fields = bytes.slice(0, reader.offset)
  const payload: Segment = {
    kind: 'segment',
    algorithm,
    streamId,
    keyHint,
    index,
    ...readFlags(flags),
    extent,
    ...(openingDigest && { openingDigest }),
    ...(link && { link }),
    ...readEnd(reader, algorithm),
  }
  return { payload, fields }
}

function readClosing(reader: ByteReader, bytes: Uint8Array, algorithm: Algorithm, flags: number) {
  const streamId = reader.bytes(STREAM_ID_BYTES)
  const keyHint = reader.bytes(LONG_HINT_BYTES)
  const count = reader.varint()
  const ending = endings[reader.byte()]
  if (ending === undefined) return undefined
  const chain = count > 0 ? reader.bytes(CHAIN_BYTES) : undefined
  const link = count > 0 ? reader.bytes(LINK_BYTES) : undefined
  const extent = readExtent(reader)
  const claims = flags & HAS_CLAIMS ? decodeClaims(reader.bytes(reader.varint())) : undefined
  const fields = bytes.slice(0, reader.offset)
  const payload: Closing = {
    kind: 'closing',
    algorithm,
    streamId,
    keyHint,
    count,
    ending,
    ...readFlags(flags),
    extent,
    ...(chain && { chain }),
    ...(link && { link }),
    ...(claims && { claims }),
    ...readEnd(reader, algorithm),
  }
  return { payload, fields }
}

function readExtent(reader: ByteReader): Extent {
  return {
    exactLength: reader.varint(),
    skeletonLength: reader.varint(),
    exactDigest: reader.bytes(DIGEST_BYTES),
    skeletonDigest: reader.bytes(DIGEST_BYTES),
  }
}

function readEnd(reader: ByteReader, algorithm: Algorithm): { lag: Lag; signature: Uint8Array } {
  const lag = { exact: reader.zigzag(), skeleton: reader.zigzag() }
  const signature = reader.bytes(algorithms[algorithm].signatureBytes)
  if (reader.left > 0) throw new RangeError('Cannot read a payload: more bytes follow it')
  return { lag, signature }
}
