/** Where a direction mark (U+200E, U+200F, U+061C) acts: beside right-to-left writing, and not between letters that run one way. */
import type { Place } from './place.ts'

/** What runs from right to left, by blocks (DerivedBidiClass.txt: R, AL and AN). */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
const letterBefore = /\p{L}(?=\p{M}*$)/u
const letterAfter = /^\p{L}/u
const marksBefore = /[\u200e\u200f\u061c]*$/
const marksAfter = /^[\u200e\u200f\u061c]*/

/** Whether the mark changes the order in which something near it is read. */
export function isDirectionMarkNeeded({ character, before, after, near }: Place): boolean {
  if (!isAlone(character, marksBefore.exec(before)?.[0] ?? '', marksAfter.exec(after)?.[0] ?? ''))
    return false
  const sides = near()
  if (!sides.some(side => rightToLeft.test(side))) return false
  // Between two letters that run one way nothing is left to say; digits and signs do ask.
  const last = letterBefore.exec(sides[0])?.[0]
  const first = letterAfter.exec(sides[1])?.[0]
  return !last || !first || rightToLeft.test(last) !== rightToLeft.test(first)
}

/** Alone, or one of two different marks: locale data puts U+200F before an amount that begins with U+200E. */
function isAlone(character: string, before: string, after: string): boolean {
  return (
    before.length + after.length === 0 || (before.length + after.length === 1 && before + after !== character)
  )
}
