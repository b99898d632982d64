/** From the seals to the verdict on the text. */
import type { Lines } from './line.ts'
import type { Range, Report, SealReport, Status } from './report.ts'
import { strip } from './strip.ts'

/** Worst last. */
const ranking: readonly Status[] = [
  'intact',
  'reformatted',
  'excerpt',
  'truncated',
  'altered',
  'unknown-signer',
  'invalid',
]

/** Seals of one text that are compared with each other in search of splices. */
const MAX_COMPARED_SEALS = 32

/** The verdict, without what was found of other systems. */
export function summarise(lines: Lines, seals: SealReport[]): Omit<Report, 'foreign'> {
  const gaps = gapsOf(lines.text, seals)
  if (seals.length === 0) return { status: 'unsealed', text: lines.text, seals, unsealed: gaps }
  const unsealed = gaps.filter(gap => lines.isVisible(gap.start, gap.end))
  const seen = new Set(unsealed)
  const touched = gaps.filter(gap => !seen.has(gap) && !isForeign(lines.text, gap))
  markExcerpts(seals, unsealed)
  markSplices(lines, seals)
  markInsertions(seals, unsealed)
  if (touched.length > 0) markTouched(seals)
  return {
    status: statusOf(seals, unsealed),
    text: lines.text,
    seals,
    unsealed: seals.length > 0 ? unsealed : gaps,
  }
}

function statusOf(seals: readonly SealReport[], unsealed: readonly Range[]): Status {
  const statuses = new Set(seals.flatMap(statusesOf))
  if (unsealed.length > 0) statuses.add('excerpt')
  return [...ranking].reverse().find(status => statuses.has(status)) ?? 'intact'
}

function statusesOf(seal: SealReport): Status[] {
  const statuses: Status[] = ['intact']
  if (seal.signature === 'invalid') statuses.push('invalid')
  if (seal.signer !== 'trusted' || seal.signature === 'unchecked' || seal.segments.some(isUnchecked)) {
    statuses.push('unknown-signer')
  }
  if (seal.content === 'altered' || seal.order === 'reordered' || seal.order === 'spliced')
    statuses.push('altered')
  if (seal.content !== 'intact') statuses.push('reformatted')
  // What cannot be compared is vouched for by nothing: the rest is a part, and where there is no rest nothing is left.
  if (seal.content === 'not-comparable') statuses.push(seal.segments.some(isHeld) ? 'excerpt' : 'altered')
  if (seal.coverage !== 'whole') statuses.push(seal.coverage)
  if (seal.order === 'gaps') statuses.push('excerpt')
  return statuses
}

function isHeld({ status, start, end }: SealReport['segments'][number]): boolean {
  return (status === 'intact' || status === 'reformatted') && end > start
}

function isUnchecked({ status }: { status: string }): boolean {
  return status === 'unchecked'
}

/** Stretches that no seal covers. */
function gapsOf(text: string, seals: readonly SealReport[]): Range[] {
  const segments = seals.flatMap(seal => seal.segments).filter(({ start, end }) => end > start)
  const covered = segments.sort((a, b) => a.start - b.start)
  const gaps: Range[] = []
  let end = 0
  for (const segment of covered) {
    if (segment.start > end) gaps.push({ start: end, end: segment.start })
    end = Math.max(end, segment.end)
  }
  if (end < text.length) gaps.push({ start: end, end: text.length })
  return gaps
}

/** Words between two segments of one seal change what it says, where the segments between them were taken out as well. */
function markInsertions(seals: readonly SealReport[], unsealed: readonly Range[]): void {
  for (const seal of seals) {
    const { start, end } = spanOf(seal)
    const first = unsealed[firstFrom(unsealed, start)]
    if (first && first.end <= end) seal.content = 'altered'
  }
}

/** Which of `ranges`, that stand in order and apart, is the first to begin at `start` or behind it. */
function firstFrom(ranges: readonly Range[], start: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle] as Range).start < start) low = middle + 1
    else high = middle
  }
  return low
}

/** A beginning that was put into another text is an excerpt, not a text that was cut off. */
function markExcerpts(seals: readonly SealReport[], unsealed: readonly Range[]): void {
  const ends = new Set(unsealed.map(({ end }) => end))
  for (const seal of seals) {
    const { start } = spanOf(seal)
    if (seal.coverage === 'truncated' && ends.has(start)) seal.coverage = 'excerpt'
  }
}

/** White space or punctuation around a whole text is no addition, but the text is no longer as it was. */
function markTouched(seals: readonly SealReport[]): void {
  for (const seal of seals) {
    if (seal.coverage === 'whole' && seal.content === 'intact') seal.content = 'reformatted'
  }
}

function isForeign(text: string, gap: Range): boolean {
  return strip(text.slice(gap.start, gap.end), { also: ['encypher', 'c2pa'] }) === ''
}

/** Two streams are spliced where one goes on inside the other, or where one that has lost its end meets one that has lost its beginning. */
function markSplices(lines: Lines, seals: readonly SealReport[]): void {
  const compared = seals.slice(0, MAX_COMPARED_SEALS)
  for (const seal of compared) {
    for (const other of compared) {
      if (
        seal !== other &&
        (isInside(seal, other) || isJoint(lines, seal, other) || isJoint(lines, other, seal))
      ) {
        if (seal.order === 'ok' || seal.order === 'gaps') seal.order = 'spliced'
      }
    }
  }
}

/** Whether a segment of `other` stands in a hole of `seal`. */
function isInside(seal: SealReport, other: SealReport): boolean {
  const span = spanOf(seal)
  return other.segments.some(
    ({ start, end }) =>
      start >= span.start &&
      end <= span.end &&
      end > start &&
      !seal.segments.some(mine => mine.start < end && start < mine.end),
  )
}

function isJoint(lines: Lines, first: SealReport, second: SealReport): boolean {
  if (first.segments.length === 0 || second.segments.length === 0) return false
  const hasLostEnd = first.ending === undefined
  const hasLostStart = second.segments.every(({ index }) => index > 0)
  const from = spanOf(first).end
  const to = spanOf(second).start
  return hasLostEnd && hasLostStart && from <= to && !lines.isVisible(from, to)
}

function spanOf({ segments }: SealReport): Range {
  let start = Number.POSITIVE_INFINITY
  let end = 0
  for (const segment of segments) {
    start = Math.min(start, segment.start)
    end = Math.max(end, segment.end)
  }
  return { start: Math.min(start, end), end }
}
