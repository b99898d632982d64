/** The variants of ideographs: those registered in the Ideographic Variation Database (UTS #37) and those standardized for compatibility ideographs. */
import { ideographicTable } from './ideographic-table.ts'

/** VS17, the first selector of the database, and VS1. */
const FIRST_IDEOGRAPHIC = 0xe0100
const FIRST_STANDARDIZED = 0xfe00
/** Before the first ideograph of the table. */
const TABLE_START = 0x33ff
/** The blocks of compatibility ideographs. */
const compatibility: readonly (readonly [number, number])[] = [
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
]

/** Whether `selector` behind the ideograph `base` is a registered or standardized variant. */
export function isIdeographicVariant(base: string, selector: string): boolean {
  const number = selector.codePointAt(0) as number
  const counts = number >= FIRST_IDEOGRAPHIC ? registered() : standardized()
  const first = number >= FIRST_IDEOGRAPHIC ? FIRST_IDEOGRAPHIC : FIRST_STANDARDIZED
  return number - first < (counts.get(base.codePointAt(0) as number) ?? 0)
}

let registeredCounts: Map<number, number> | undefined
let standardizedCounts: Map<number, number> | undefined

/** How many variants each ideograph has: variants are numbered from the first selector up, without gaps. */
function registered(): Map<number, number> {
  registeredCounts ??= unpacked(ideographicTable)
  return registeredCounts
}

/** Each compatibility ideograph is a variant of the one that it decomposes to, numbered in their order (Unicode 23.4.1). */
function standardized(): Map<number, number> {
  if (standardizedCounts) return standardizedCounts
  const counts = new Map<number, number>()
  for (const [first, last] of compatibility) {
    for (let code = first; code <= last; code++) {
      const base = String.fromCodePoint(code).normalize('NFD').codePointAt(0) as number
      if (base !== code) counts.set(base, (counts.get(base) ?? 0) + 1)
    }
  }
  standardizedCounts = counts
  return counts
}

/** For each base: how many code points it leaves out after the one before, in base 36; a letter, A for one variant; `!` adds 26. */
function unpacked(table: string): Map<number, number> {
  const counts = new Map<number, number>()
  let base = TABLE_START
  for (const [, gap, more, letter] of table.matchAll(/([0-9a-z]*)(!?)([A-Z])/g)) {
    base += 1 + (gap ? Number.parseInt(gap, 36) : 0)
    counts.set(base, (letter as string).charCodeAt(0) - 64 + (more ? 26 : 0))
  }
  return counts
}
