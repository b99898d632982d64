/**
 * Bytes as variation selectors (C2PA 2.4 A.8.3): U+FE00–FE0F carry 0–15, three UTF-8 bytes each, and U+E0100–E01EF carry
 * 16–255, four UTF-8 bytes each.
 */
import type { Bytes } from './bytes.ts'

const SLICE = 0x2000

/** The selectors that carry `bytes`, one a byte. */
export function toSelectors(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += SLICE) {
    const codePoints = Array.from(bytes.subarray(at, at + SLICE), selectorOf)
    text += String.fromCodePoint(...codePoints)
  }
  return text
}

const selectorOf = (byte: number): number => (byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16)

/** The byte that the character at `index` carries, or -1 where it is no selector. */
export function selectorByte(text: string, index: number): number {
  const unit = text.charCodeAt(index)
  if (unit >= 0xfe00 && unit <= 0xfe0f) return unit - 0xfe00
  if (unit !== 0xdb40) return -1
  const low = text.charCodeAt(index + 1)
  return low >= 0xdd00 && low <= 0xddef ? low - 0xdd00 + 16 : -1
}

/** How many UTF-16 units carry `byte`. */
export const selectorUnits = (byte: number): number => (byte < 16 ? 1 : 2)

/** How many UTF-8 bytes the selectors of `bytes` take. A plain loop: signing asks often. */
export function selectorsUtf8Length(bytes: Uint8Array): number {
  let length = 4 * bytes.length
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] ?? 16) < 16) length--
  return length
}

/** Reads at most `count` selectors from `index` on; fewer where the run ends before. */
export function readSelectors(text: string, index: number, count: number): { bytes: Bytes; end: number } {
  // Counted first: a text full of headers that promise a lot must not make room for each promise.
  const bytes = new Uint8Array(countSelectors(text, index, count))
  let end = index
  for (let at = 0; at < bytes.length; at++) {
    const byte = selectorByte(text, end)
    bytes[at] = byte
    end += selectorUnits(byte)
  }
  return { bytes, end }
}

function countSelectors(text: string, index: number, most: number): number {
  let count = 0
  for (let at = index; count < most; count++) {
    const byte = selectorByte(text, at)
    if (byte < 0) break
    at += selectorUnits(byte)
  }
  return count
}
