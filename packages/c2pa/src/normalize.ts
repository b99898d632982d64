/**
 * NFC within linear time. A run of combining marks is sorted by the normaliser in quadratic time (100,000 alternating
 * marks cost nine seconds in Node 20), so a text with a longer run than `MAX_MARKS` is refused instead; the Stream-Safe
 * Text Format (UAX #15 §13) draws the line at 30.
 */
import { type Bytes, utf8 } from './bytes.ts'

/** The longest run of combining marks on one letter that we normalise. */
export const MAX_MARKS = 128

/** The NFC of `text`, or `undefined` where it holds a run of more than `MAX_MARKS` combining marks. */
export const normalize = (text: string): string | undefined =>
  hasLongMarkRun(text) ? undefined : text.normalize('NFC')

/** A text's UTF-8 as it is, and that of its NFC; the same bytes where the text is normal already. */
export function normalizedUtf8(text: string): { stored: Bytes; covered: Bytes | undefined } {
  const stored = utf8(text)
  // One byte a character: ASCII, which is normal.
  if (stored.length === text.length) return { stored, covered: stored }
  const normal = normalize(text)
  if (normal === undefined) return { stored, covered: undefined }
  return { stored, covered: normal === text ? stored : utf8(normal) }
}

const mark = /^\p{M}$/u

// Variation selectors are never reordered: they are no marks here, or every wrapper and seal would be a long run.
const isMark = (character: string): boolean => {
  const codePoint = character.codePointAt(0) ?? 0
  const selector =
    (codePoint >= 0xfe00 && codePoint <= 0xfe0f) || (codePoint >= 0xe0100 && codePoint <= 0xe01ef)
  return !selector && mark.test(character)
}

let suspects: Uint8Array | undefined

/** One byte a UTF-16 unit: 1 for a mark, and for half of what may be one. */
const suspectUnits = (): Uint8Array =>
  Uint8Array.from({ length: 0x10000 }, (_, unit) => {
    const surrogate = unit >= 0xd800 && unit <= 0xdfff
    return surrogate || (unit >= 0x300 && isMark(String.fromCharCode(unit))) ? 1 : 0
  })

/** A run that is too long covers one of every `MAX_MARKS + 1` units: only these are looked at, and what is around a suspect. */
function hasLongMarkRun(text: string): boolean {
  suspects ??= suspectUnits()
  const table = suspects
  const isSuspect = (at: number): boolean => table[text.charCodeAt(at)] === 1
  let seen = 0
  for (let at = MAX_MARKS; at < text.length; at += MAX_MARKS + 1) {
    if (!isSuspect(at)) continue
    let from = at
    while (from > seen && isSuspect(from - 1)) from--
    while (at < text.length && isSuspect(at)) at++
    if (longestRun(text.slice(from, at)) > MAX_MARKS) return true
    seen = at
  }
  return false
}

function longestRun(text: string): number {
  let longest = 0
  let run = 0
  for (const character of text) {
    run = isMark(character) ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}
