/** A report's text cut into passages, in the order in which they are read: each with one status, all of them together the whole text. */
import type { Range, Report, SealReport, SegmentReport, SegmentStatus } from '@streamseal/seal'

/** What is said of a passage. The first five are a trusted seal's; `unsealed` has none. */
export type PassageKind = SegmentStatus | 'unknown-signer' | 'invalid' | 'unsealed'

/** A stretch of the report's text with one status. */
export interface Passage extends Range {
  kind: PassageKind
  /** Which of the report's seals covers it. */
  seal?: number
  /** The first and last segment in it, counted from 1. */
  first?: number
  last?: number
}

/** Segments that were issued and do not stand in the text, before passage `before` of the list. */
export interface Missing {
  before: number
  first: number
  last: number
}

/** Cuts the text into passages; joined in order they are `report.text`. Neighbours with one status become one passage. */
export function passages(report: Report): Passage[] {
  const found = [...report.seals.flatMap(sealedPassages), ...report.unsealed.map(unsealedPassage)]
    .filter(passage => passage.end > passage.start)
    .sort((one, other) => one.start - other.start || one.end - other.end)
  return joined(absorbed(covered(found, report.text)))
}

function sealedPassages(seal: SealReport, number: number): Passage[] {
  return seal.segments.map(segment => ({
    start: segment.start,
    end: segment.end,
    kind: kindOf(seal, segment),
    seal: number,
    first: segment.index + 1,
    last: segment.index + 1,
  }))
}

function unsealedPassage({ start, end }: Range): Passage {
  return { start, end, kind: 'unsealed' }
}

/** What an unknown or invalid signer says of a passage is not told as a fact; that it was altered is. */
function kindOf(seal: SealReport, segment: SegmentReport): PassageKind {
  if (segment.status === 'altered') return 'altered'
  if (seal.signature === 'invalid') return 'invalid'
  return seal.signer === 'trusted' ? segment.status : 'unknown-signer'
}

/** Fills what no range covers with unsealed passages and cuts what two ranges cover, so that every character is shown once. */
function covered(sorted: Passage[], text: string): Passage[] {
  const whole: Passage[] = []
  let at = 0
  for (const passage of [...sorted, { start: text.length, end: text.length, kind: 'unsealed' as const }]) {
    const start = Math.max(passage.start, at)
    if (start > at) whole.push({ start: at, end: start, kind: 'unsealed' })
    if (passage.end > start) whole.push({ ...passage, start })
    at = Math.max(at, passage.end)
  }
  return whole.map(passage => blankIsNobody(passage, text)).filter(passage => passage.end > passage.start)
}

/**
 * A changed passage's extent is that of what was signed: words put into it push its beginning out, uncovered.
 * What stands uncovered right before a changed passage is therefore shown as part of it.
 */
function absorbed(list: Passage[]): Passage[] {
  return list.flatMap((passage, index) => {
    const next = list[index + 1]
    if (passage.kind === 'unsealed' && passage.seal === undefined && next?.kind === 'altered') return []
    const before = list[index - 1]
    const grows = passage.kind === 'altered' && before?.kind === 'unsealed' && before.seal === undefined
    return [grows ? { ...passage, start: before.start } : passage]
  })
}

/** White space between passages belongs to what stands before it: nobody reads it as something added. */
function blankIsNobody(passage: Passage, text: string): Passage {
  const blank = passage.kind === 'unsealed' && text.slice(passage.start, passage.end).trim() === ''
  return blank ? { ...passage, kind: 'unsealed', seal: blankSeal } : passage
}

const blankSeal = -1

function joined(list: Passage[]): Passage[] {
  const result: Passage[] = []
  for (const passage of list) {
    const before = result.at(-1)
    if (before !== undefined && passage.seal === blankSeal) before.end = passage.end
    else if (before !== undefined && continues(before, passage)) extend(before, passage)
    else result.push({ ...passage })
  }
  return result.map(passage => (passage.seal === blankSeal ? unsealedPassage(passage) : passage))
}

function continues(before: Passage, passage: Passage): boolean {
  if (before.kind !== passage.kind || before.seal !== passage.seal) return false
  return before.last === undefined || passage.first === before.last + 1
}

function extend(before: Passage, passage: Passage): void {
  before.end = passage.end
  if (passage.last !== undefined) before.last = passage.last
}

/** Where segments are missing: before, between and never after, because only an ending would tell how many there were. */
export function missing(list: Passage[]): Missing[] {
  const gaps: Missing[] = []
  const lastOf = new Map<number, number>()
  list.forEach((passage, before) => {
    const { seal, first, last } = passage
    if (seal === undefined || first === undefined || last === undefined) return
    const expected = (lastOf.get(seal) ?? 0) + 1
    if (first > expected) gaps.push({ before, first: expected, last: first - 1 })
    lastOf.set(seal, Math.max(last, lastOf.get(seal) ?? 0))
  })
  return gaps
}
