/** The marks of a text, sorted by the seal that they belong to. */
import { toBase64url, toHex } from './bytes.ts'
import { type Closing, decodePayload, type Opening, type Segment, SHORT_HINT_BYTES } from './payload.ts'

/** A payload, what its signature covers, and where it stood: an offset in the text without marks, or beside the text. */
export interface Placed<P> {
  payload: P
  fields: Uint8Array
  at: number | undefined
}

/** The marks of one stream by one key. */
export interface Gathered {
  streamId: string
  algorithm: Segment['algorithm']
  /** The beginning of the key's id, base64url: 8 characters, or 4 where only segments are there. */
  keyIdPrefix: string
  openings: Placed<Opening>[]
  segments: Placed<Segment>[]
  closings: Placed<Closing>[]
}

/** A payload as it was found. */
export interface FoundPayload {
  payload: Uint8Array
  at: number | undefined
}

/** Sorts payloads into seals, in the order of their first mark. What cannot be read is passed over. */
export function gather(found: readonly FoundPayload[]): Gathered[] {
  const seals = new Map<string, Gathered>()
  for (const { payload: bytes, at } of found) {
    const decoded = decodePayload(bytes)
    if (decoded) add(seals, { payload: decoded.payload, fields: decoded.fields, at })
  }
  return [...seals.values()]
}

function add(seals: Map<string, Gathered>, mark: Placed<Opening | Segment | Closing>): void {
  const { streamId, algorithm, keyHint } = mark.payload
  const key = `${algorithm} ${toHex(streamId)} ${toHex(keyHint.subarray(0, SHORT_HINT_BYTES))}`
  const seal = seals.get(key) ?? empty(mark.payload)
  seals.set(key, seal)
  if (keyHint.length > SHORT_HINT_BYTES) seal.keyIdPrefix = toBase64url(keyHint)
  if (isKind(mark, 'opening')) seal.openings.push(mark)
  else if (isKind(mark, 'closing')) addOnce(seal.closings, mark)
  else if (isKind(mark, 'segment')) addOnce(seal.segments, mark)
}

/** A mark beside the text may stand in it as well: then the one in the text counts. */
function addOnce<P>(marks: Placed<P>[], mark: Placed<P>): void {
  const isKnown = mark.at === undefined && marks.some(other => toHex(other.fields) === toHex(mark.fields))
  if (!isKnown) marks.push(mark)
}

function isKind<K extends 'opening' | 'segment' | 'closing'>(
  mark: Placed<Opening | Segment | Closing>,
  kind: K,
): mark is Placed<Extract<Opening | Segment | Closing, { kind: K }>> {
  return mark.payload.kind === kind
}

function empty({ streamId, algorithm, keyHint }: Opening | Segment | Closing): Gathered {
  return {
    streamId: toHex(streamId),
    algorithm,
    keyIdPrefix: toBase64url(keyHint),
    openings: [],
    segments: [],
    closings: [],
  }
}
