/**
 * The C2PATextManifestWrapper (C2PA 2.4 A.8.2–A.8.4): U+FEFF, then selectors that carry "C2PATXT\0", the version, the
 * manifest's length and the manifest store. Selectors that only fill (a wrapper of a fixed size) may follow.
 */
import { type Bytes, concatBytes, readUint32, uint32 } from './bytes.ts'
import { readSelectors, selectorByte, selectorsUtf8Length, selectorUnits, toSelectors } from './selectors.ts'

const MARKER = '\uFEFF'
const MARKER_BYTES = 3
const MAGIC: Bytes = Uint8Array.of(0x43, 0x32, 0x50, 0x41, 0x54, 0x58, 0x54, 0x00)
const VERSION = 1
const HEADER_BYTES = 13
const LENGTH_AT = 9
const MAGIC_SELECTORS: string = toSelectors(MAGIC)
/** How many broken wrappers are told of. */
const MAX_CORRUPTED = 16

/** A wrapper found in a text, in UTF-16 offsets. */
export interface Wrapper {
  /** Where U+FEFF stands. */
  start: number
  /** Behind the last selector of the manifest. */
  end: number
  /** Behind the filling selectors, if any: otherwise `end`. */
  paddedEnd: number
  manifest: Bytes
}

/** What `findWrappers` found: `corrupted` says why, where the magic number was there and the rest was not. */
export interface FoundWrappers {
  wrappers: Wrapper[]
  corrupted: { start: number; reason: string }[]
}

const headerOf = (manifestLength: number): Bytes =>
  concatBytes(MAGIC, Uint8Array.of(VERSION), uint32(manifestLength))

/** The size of a wrapper whose filling makes room for any manifest of so many bytes, in UTF-8 bytes. */
export const widestWrapper = (manifestLength: number): number =>
  MARKER_BYTES + (HEADER_BYTES + manifestLength) * 4 + 6

/** The size of the wrapper of `manifest` without filling, in UTF-8 bytes. */
export const wrapperUtf8Length = (manifest: Uint8Array): number =>
  MARKER_BYTES + selectorsUtf8Length(headerOf(manifest.length)) + selectorsUtf8Length(manifest)

/**
 * The wrapper of a manifest store; with `utf8Length` it is filled to exactly so many UTF-8 bytes. Throws `RangeError`
 * where that is too few, or cannot be reached with characters of three and four bytes.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { encodeWrapper } from '@streamseal/c2pa'
 *
 * const manifest = Uint8Array.of(0x81, 0xb5, 0xa2, 0x74)
 * assert.equal(new TextEncoder().encode(encodeWrapper(manifest)).length, 65)
 * assert.equal(new TextEncoder().encode(encodeWrapper(manifest, { utf8Length: 77 })).length, 77)
 * assert.throws(() => encodeWrapper(manifest, { utf8Length: 66 }), RangeError)
 * ```
 */
export function encodeWrapper(manifest: Uint8Array, options: { utf8Length?: number } = {}): string {
  const wrapper = MARKER + toSelectors(headerOf(manifest.length)) + toSelectors(manifest)
  const gap = (options.utf8Length ?? wrapperUtf8Length(manifest)) - wrapperUtf8Length(manifest)
  return wrapper + filling(gap)
}

/** `gap` UTF-8 bytes of selectors: as few characters as possible, those of three bytes first. */
function filling(gap: number): string {
  const threes = ((gap % 4) + 4) % 4 === 0 ? 0 : 4 - (((gap % 4) + 4) % 4)
  const fours = (gap - 3 * threes) / 4
  if (fours < 0) throw new RangeError(`Cannot fill ${gap} UTF-8 bytes with variation selectors`)
  return toSelectors(new Uint8Array(threes)) + toSelectors(new Uint8Array(fours).fill(0xff))
}

/**
 * Every wrapper of a text, in order. A U+FEFF without the magic number behind it is text, as is a byte order mark.
 * Linear in the text's length: runs of selectors never overlap.
 */
export function findWrappers(text: string, maxManifestBytes: number): FoundWrappers {
  const found: FoundWrappers = { wrappers: [], corrupted: [] }
  let from = text.indexOf(MARKER)
  while (from >= 0) {
    const result = readWrapper(text, from, maxManifestBytes)
    if (typeof result === 'object') found.wrappers.push(result)
    else if (result !== undefined && found.corrupted.length < MAX_CORRUPTED) {
      found.corrupted.push({ start: from, reason: result })
    }
    from = text.indexOf(MARKER, typeof result === 'object' ? result.end : from + 1)
  }
  return found
}

/** The wrapper whose marker stands at `start`, the reason why it is broken, or `undefined` where there is none. */
function readWrapper(text: string, start: number, maxManifestBytes: number): Wrapper | string | undefined {
  if (!text.startsWith(MAGIC_SELECTORS, start + 1)) return undefined
  const { bytes: header, end: headerEnd } = readSelectors(text, start + 1, HEADER_BYTES)
  if (header.length < HEADER_BYTES) return `the header ends after ${header.length} of ${HEADER_BYTES} bytes`
  if (header[MAGIC.length] !== VERSION) return `the version is ${header[MAGIC.length]}, not ${VERSION}`
  const length = readUint32(header, LENGTH_AT)
  if (length > maxManifestBytes)
    return `the manifest is said to have ${length} bytes, over ${maxManifestBytes}`
  const { bytes: manifest, end } = readSelectors(text, headerEnd, length)
  if (manifest.length < length) return `the manifest ends after ${manifest.length} of ${length} bytes`
  return { start, end, paddedEnd: end + fillingUnits(text, end, manifest), manifest }
}

/** How many UTF-16 units of filling follow: up to three of 0x00, then 0xFF, up to the widest wrapper and not beyond. */
function fillingUnits(text: string, from: number, manifest: Uint8Array): number {
  let room = widestWrapper(manifest.length) - wrapperUtf8Length(manifest)
  let at = from
  const take = (byte: number, cost: number, most: number): void => {
    for (let taken = 0; taken < most && room >= cost && selectorByte(text, at) === byte; taken++) {
      room -= cost
      at += selectorUnits(byte)
    }
  }
  take(0x00, 3, 3)
  take(0xff, 4, Number.POSITIVE_INFINITY)
  return at - from
}

/** The text without these wrappers, their filling included. */
export function withoutWrappers(text: string, wrappers: readonly Wrapper[]): string {
  const starts = [0, ...wrappers.map(each => each.paddedEnd)]
  return starts.map((from, index) => text.slice(from, wrappers[index]?.start)).join('')
}
