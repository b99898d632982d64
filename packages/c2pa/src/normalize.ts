/**
 * NFC within linear time. A run of combining marks is sorted by the normaliser in quadratic time (100,000 alternating
 * marks cost nine seconds in Node 20), so a text with a longer run than `MAX_MARKS` is refused instead; the Stream-Safe
 * Text Format (UAX #15 §13) draws the line at 30.
 */

/** The longest run of combining marks on one letter that we normalise. */
export const MAX_MARKS = 128

/** The NFC of `text`, or `undefined` where it holds a run of more than `MAX_MARKS` combining marks. */
export const normalize = (text: string): string | undefined =>
  hasLongMarkRun(text) ? undefined : text.normalize('NFC')

const mark = /^\p{M}$/u
let bmpMarks: Uint8Array | undefined

/** One byte a BMP character: 1 for a combining mark. Variation selectors are none here: they are never reordered. */
function marksOfBmp(): Uint8Array {
  const marks = new Uint8Array(0x10000)
  for (let unit = 0x300; unit < 0xfe00; unit++) marks[unit] = mark.test(String.fromCharCode(unit)) ? 1 : 0
  for (let unit = 0xfe20; unit < 0xfe30; unit++) marks[unit] = 1
  for (let unit = 0xd800; unit < 0xe000; unit++) marks[unit] = 0
  return marks
}

function hasLongMarkRun(text: string): boolean {
  bmpMarks ??= marksOfBmp()
  let run = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x300) run = 0
    else if (isMarkAt(text, at, unit, bmpMarks)) run++
    // The second half of a pair belongs to the first.
    else if (unit < 0xdc00 || unit > 0xdfff) run = 0
    if (run > MAX_MARKS) return true
  }
  return false
}

function isMarkAt(text: string, at: number, unit: number, marks: Uint8Array): boolean {
  if (unit < 0xd800 || unit > 0xdbff) return marks[unit] === 1
  const codePoint = text.codePointAt(at) ?? 0
  return codePoint < 0xe0100 && mark.test(String.fromCodePoint(codePoint))
}
