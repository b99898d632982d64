/** Whether a block may stand between two characters: not within what the reader sees as one (fault 13). */

let segmenter: Intl.Segmenter | undefined

/**
 * Whether `index` lies between two user-perceived characters (UAX #29), judged by the code points on either side alone, so that a stream and
 * a whole text are judged alike. Errs towards no: between two regional indicators, after a joiner, and between a mark and a letter (conjuncts).
 */
export function isBoundary(text: string, index: number): boolean {
  if (index <= 0 || index >= text.length) return true
  const before = text.charCodeAt(index - 1)
  const after = text.charCodeAt(index)
  if (before < 0x80 && after < 0x80) return before !== 0x0d || after !== 0x0a
  return isPairBoundary(lastCodePoint(text, index), String.fromCodePoint(text.codePointAt(index) ?? 0))
}

function isPairBoundary(before: string, after: string): boolean {
  if (before === '\u200d' || /[\p{Variation_Selector}\ufeff]/u.test(before)) return false
  if (/\p{M}/u.test(before) && /\p{L}/u.test(after)) return false
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return [...segmenter.segment(before + after)].length > 1
}

/** The code point that ends at `index`. */
export function lastCodePoint(text: string, index: number): string {
  const start =
    isLow(text.charCodeAt(index - 1)) && isHigh(text.charCodeAt(index - 2)) ? index - 2 : index - 1
  return text.slice(Math.max(0, start), index)
}

/** Whether a UTF-16 unit is the first half of a pair. */
export function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

/** Whether a UTF-16 unit is the second half of a pair. */
export function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
