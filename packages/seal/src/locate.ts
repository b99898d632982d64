/** Finds each segment of a seal in the text, and says in what state it is. */
import { equalBytes } from './bytes.ts'
import { lastAtMost } from './code-points.ts'
import { textDigest, textHasher } from './digests.ts'
import type { Gathered } from './gather.ts'
import type { HashBudget } from './hash-budget.ts'
import type { Line, Lines } from './line.ts'
import type { Located, Stretch } from './located.ts'
import { excuseTrailing, isMatch, judgeFlagged } from './not-comparable.ts'
import type { SegmentStatus } from './report.ts'

/** Where the marks of all seals stand in the text. */
export class MarkPlaces {
  readonly #sorted: readonly number[]

  constructor(seals: readonly Gathered[]) {
    const marks = seals.flatMap(({ openings, segments, closings }) => [...openings, ...segments, ...closings])
    const places = new Set(marks.flatMap(({ at }) => at ?? []))
    this.#sorted = [0, ...[...places].sort((a, b) => a - b)]
  }

  /** The last place before `end` that is not `own`; 0 where there is none. */
  lastBefore(end: number, own: number): number {
    let index = lastAtMost(this.#sorted, end - 1)
    if (this.#sorted[index] === own && index > 0) index--
    return this.#sorted[index] as number
  }
}

/** Locates stretches, which come in the order of their places in the text; those beside the text behind the one before them. `undefined` where one is not part of this text. */
export function locate(
  lines: Lines,
  streamId: Uint8Array,
  stretches: readonly Stretch[],
  budget: HashBudget,
  marks: MarkPlaces,
): (Located | undefined)[] {
  const found: Located[] = []
  const places = stretches.map((stretch, i) => {
    const before = found.at(-1)
    const previous = before?.index === stretch.index - 1 ? before : undefined
    const search = { lines, streamId, stretch, previous, stretches, position: i, budget, marks }
    const place = findMatch(search) ?? (isAbsent(search) ? undefined : guess(search, before))
    if (place && before?.likelyEnd !== undefined && isMatch(place) && place.start >= before.start) {
      before.end = place.start
    }
    if (place) found.push(place)
    return place
  })
  const first = stretches[places.findIndex(place => place !== undefined)]
  const left = first && leftBehind(lines, first, found, marks)
  if (left !== undefined) places[places.indexOf(left)] = undefined
  const kept = found.filter(place => place !== left)
  const trailing = excuseTrailing(stretches, places)
  join(lines, kept)
  judgeFlagged(lines.text, kept, trailing, budget)
  return places
}

/** A passage mostly begins in the middle of a segment: where too little stands before the first mark for what it covers, and something else of the seal is there whole, what is left of that segment is no part of it. Segment 0 has nothing before it: there it is a change. */
function leftBehind(
  lines: Lines,
  stretch: Stretch,
  found: readonly Located[],
  marks: MarkPlaces,
): Located | undefined {
  const [first, ...rest] = found
  if (first === undefined || stretch.at === undefined || stretch.index === 0) return undefined
  if (isMatch(first) || first.status === 'unchecked') return undefined
  if (!rest.some(place => isMatch(place) && place.end > place.start)) return undefined
  return isCutBefore(lines, stretch, stretch.at, marks) ? first : undefined
}

/** Whether fewer code points than it has stand before the end of a stretch, back to the mark before it, on every line that is tried. */
function isCutBefore(lines: Lines, stretch: Stretch, at: number, marks: MarkPlaces): boolean {
  const from = markBefore(lines, stretch, at, marks)
  return [...lines.inOrder(stretch.format)].every(
    line => line.indexAt(at) - lagIn(line, stretch) - line.indexAt(from) < lengthIn(line, stretch),
  )
}

/** The last mark of any seal that stands before the exact end of a stretch, and not where its own does; else the beginning. */
function markBefore({ exact }: Lines, { lag }: Stretch, at: number, marks: MarkPlaces): number {
  return marks.lastBefore(exact.endOf(exact.indexAt(at) - lag.exact), at)
}

/** A stretch need not be part of what was pasted: one beside the text is absent where the one before it is, or where too little text is left for it; one with its mark in it where the text ends too early behind the mark. */
function isAbsent({ lines, stretch, previous }: Search): boolean {
  if (stretch.index === 0) return false
  if (previous === undefined) return stretch.at === undefined
  const from = reachOf(previous)
  if (stretch.at !== undefined) return isCutBehind(lines, stretch, from, stretch.at)
  return lines.exact.count - lines.exact.indexAt(from) < stretch.extent.exactLength
}

/** Whether all that stands before the mark is as long as it was, and what followed it is not all there. The exact text decides where it can. */
function isCutBehind(lines: Lines, stretch: Stretch, from: number, at: number): boolean {
  const isShort = (line: Line) => line.count - line.indexAt(at) < -lagIn(line, stretch)
  const isWholeBefore = (line: Line) =>
    line.indexAt(at) - line.indexAt(from) === lengthIn(line, stretch) + lagIn(line, stretch)
  if (!isShort(lines.exact)) return false
  if (isWholeBefore(lines.exact)) return true
  const comparable = [...lines.inOrder(stretch.format)].filter(isWholeBefore)
  return comparable.length > 0 && comparable.every(isShort)
}

/** Where a stretch ends, or must end if it is as long as it was. */
function reachOf({ end, likelyEnd = end }: Located): number {
  return likelyEnd
}

interface Search {
  lines: Lines
  streamId: Uint8Array
  stretch: Stretch
  /** The stretch before this one, where it was found. */
  previous: Located | undefined
  stretches: readonly Stretch[]
  /** Where `stretch` is in `stretches`. */
  position: number
  budget: HashBudget
  marks: MarkPlaces
}

function findMatch(search: Search): Located | undefined {
  for (const line of search.lines.inOrder(search.stretch.format)) {
    for (const start of new Set(candidates(search, line))) {
      const match = matchAt(search, line, start)
      if (match) return match
    }
  }
  return undefined
}

/** Where the stretch may begin: counted back from its mark, behind the one before it, behind another mark, or counted back from the text's end. */
function* candidates(search: Search, line: Line): Generator<number> {
  const { lines, stretch, previous, stretches, position, marks } = search
  const { at, lag } = stretch
  const length = lengthIn(line, stretch)
  if (at !== undefined) yield line.indexAt(at) - lagIn(line, stretch) - length
  if (previous) yield line.indexAt(reachOf(previous))
  // What stands between a stretch and its mark may have been rendered, and have another length.
  else if (at !== undefined && lag.exact > 0) yield line.indexAt(markBefore(lines, stretch, at, marks))
  if (at !== undefined) return
  if (stretch.index === 0) yield 0
  // Beside the text stand the last ones only, so the rest of the list is short.
  const after = stretches.slice(position + 1)
  const start = line.count - length - after.reduce((sum, next) => sum + lengthIn(line, next), 0)
  // In a text that repeats itself a cut stretch would be found again inside the one before it.
  if (previous === undefined || !isMatch(previous) || start >= line.indexAt(previous.end)) yield start
}

function matchAt({ stretch, streamId, budget }: Search, line: Line, start: number): Located | undefined {
  const end = start + lengthIn(line, stretch)
  if (start < 0 || end > line.count || !budget.spend(end - start)) return undefined
  const hash = textHasher(line.kind, streamId, stretch.index)
  hash.update(line.slice(start, end))
  const { exactDigest, skeletonDigest } = stretch.extent
  if (!equalBytes(textDigest(hash), line.kind === 'exact' ? exactDigest : skeletonDigest)) return undefined
  return line.kind === 'exact'
    ? { index: stretch.index, status: 'intact', start: line.startOf(start), end: line.startOf(end) }
    : { index: stretch.index, status: 'reformatted', ...skeletonRange(stretch, line, start, end) }
}

/** White space and punctuation belong to the character before them; the last of them ends at the mark, where nothing that counts stands between. */
function skeletonRange(stretch: Stretch, line: Line, start: number, end: number) {
  const { at } = stretch
  const from = line.endOf(start)
  const isAtMark = at !== undefined && lagIn(line, stretch) === 0 && line.indexAt(at) === end
  return { start: from, end: Math.max(from, isAtMark ? at : line.endOf(end)) }
}

/** Where an altered stretch must have been, whatever was put into it: from the last place that is known before it. */
function guess({ lines, stretch, budget, marks }: Search, before: Located | undefined): Located {
  const { exact, text } = lines
  const { at, index, lag } = stretch
  const status = statusUnfound(stretch, budget)
  if (at === undefined) {
    const start = before ? reachOf(before) : 0
    const likelyEnd = exact.endOf(exact.indexAt(start) + stretch.extent.exactLength)
    if (before) before.end = start
    return { index, status, start, end: text.length, likelyEnd }
  }
  const end = exact.endOf(exact.indexAt(at) - lag.exact)
  const known = before?.end ?? markBefore(lines, stretch, at, marks)
  return { index, status, start: Math.min(known, end), end }
}

function statusUnfound({ notComparable }: Stretch, budget: HashBudget): SegmentStatus {
  if (budget.isSpent) return 'unchecked'
  return notComparable ? 'not-comparable' : 'altered'
}

function lengthIn(line: Line, { extent }: Stretch): number {
  return line.kind === 'exact' ? extent.exactLength : extent.skeletonLength
}

function lagIn(line: Line, { lag }: Stretch): number {
  return line.kind === 'exact' ? lag.exact : lag.skeleton
}

/** Text between two neighbours is theirs: the second one is altered where a reader sees it. */
function join(lines: Lines, found: readonly Located[]): void {
  for (let i = 1; i < found.length; i++) {
    const before = found[i - 1] as Located
    const here = found[i] as Located
    if (here.index === before.index + 1) joinTwo(lines, before, here)
  }
}

function joinTwo(lines: Lines, before: Located, here: Located): void {
  if (here.start === before.end) return
  if (isMatch(here) && !isMatch(before) && here.start >= before.start) {
    before.end = here.start
    return
  }
  const from = Math.min(before.end, here.start)
  if (lines.isVisible(from, Math.max(before.end, here.start))) here.status = worse(here.status)
  else if (here.status === 'intact') here.status = 'reformatted'
  here.start = before.end
  here.end = Math.max(here.end, here.start)
}

function worse(status: SegmentStatus): SegmentStatus {
  return status === 'not-comparable' || status === 'unchecked' ? status : 'altered'
}
