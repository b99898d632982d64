/** NFC in linear time: the same of a text as a whole and of a text that comes in pieces. */

/** A run without a boundary is cut before each character that begins so many UTF-16 units or more behind the last cut: NFC takes a time that is quadratic in its length, and no writing has such a run. */
const MAX_PART = 2048
/** How often a boundary is looked for. */
const STEP = MAX_PART / 2

/** A character before which normalised text may be cut: it never combines with what stands before it. */
const boundary = /[^\p{M}\u1161-\u1175\u11a8-\u11c2\u{16d67}]/u

/** Whether every character is below U+0300, where nothing composes and NFC changes nothing. */
export function isSimple(text: string): boolean {
  return !/[^\0-\u02ff]/.test(text)
}

/** Whether normalised text may be cut before this character. */
export function isBoundary(character: string): boolean {
  return character < '\u0300' || boundary.test(character)
}

/** NFC of a text that begins at a cut; a part without a boundary that is too long is normalised in parts. */
export function toNfc(text: string): string {
  if (isSimple(text)) return text
  if (!hasLongRun(text)) return text.normalize('NFC')
  let normal = ''
  for (const part of partsOf(text)) normal += part.normalize('NFC')
  return normal
}

/** The parts that can be normalised one by one, of a text that begins at a cut. */
export function* partsOf(text: string): Generator<string> {
  let start = 0
  let at = 0
  for (const character of text) {
    if (at > start && (isBoundary(character) || at - start >= MAX_PART)) {
      yield text.slice(start, at)
      start = at
    }
    at += character.length
  }
  yield text.slice(start)
}

/** The last place at which `text`, which begins at a cut, is cut whatever follows; 0 where there is none. */
export function lastCut(text: string): number {
  let cut = lastBoundary(text)
  for (let next = cut + MAX_PART; next < text.length; next = cut + MAX_PART) {
    if (isLowHalf(text, next)) next++
    if (next === text.length) break
    cut = next
  }
  return cut
}

function lastBoundary(text: string): number {
  for (let at = text.length - 1; at > 0; at--) if (isBoundaryAt(text, at)) return at
  return 0
}

/** Whether two looks, `STEP` units apart, fall into one run without a boundary: every run of `MAX_PART` units has two. */
function hasLongRun(text: string): boolean {
  for (let look = STEP; look < text.length; look += STEP) {
    let at = look
    while (at < look + STEP && at < text.length && !isBoundaryAt(text, at)) at++
    if (at === look + STEP) return true
  }
  return false
}

/** The second half of a pair is no boundary: only the first one tells. */
function isBoundaryAt(text: string, at: number): boolean {
  return !isLowHalf(text, at) && isBoundary(String.fromCodePoint(text.codePointAt(at) as number))
}

function isLowHalf(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
}
