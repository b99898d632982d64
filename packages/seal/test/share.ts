/** How many segments of an answer come back, after rendering and copying, as what they were. */

import { readings } from '../src/readings.ts'
import { createScanner } from '../src/scanner.ts'
import { skeletonOf } from '../src/skeleton.ts'
import { mark, parse, runFor, withoutRuns } from './marking.ts'
import { pageText } from './page-text.ts'
import type { Renderer } from './renderers.ts'

export interface Segment {
  /** The place behind it, in the source; its end for the last. */
  end: number
  /** False for a last segment whose closing stands beside the text. */
  marked: boolean
  skeleton: string
  notComparable: boolean
}

export interface Share {
  kept: number
  notComparable: number
  /** The source and the page's text of each segment that would be called altered. */
  altered: { segment: number; source: string; page: string }[]
}

/** Cuts a text into segments of at least `letters` skeleton characters, as a sealer does; a stretch that is not comparable ends at the next place. */
export function segmentsOf(text: string, letters = 120): Segment[] {
  const scanner = createScanner()
  const segments: Segment[] = []
  let skeleton = ''
  let notComparable = false
  for (let at = scanner.next(text, 0); at >= 0; at = scanner.next(text, at)) {
    skeleton += scanner.takeSkeleton()
    notComparable = scanner.takeNotComparable() || notComparable
    if (skeleton.length < letters && !notComparable) continue
    segments.push({ end: at, marked: true, skeleton, notComparable })
    skeleton = ''
    notComparable = false
  }
  const marked = scanner.canClose()
  scanner.end()
  skeleton += scanner.takeSkeleton()
  notComparable = scanner.takeNotComparable() || notComparable
  segments.push({ end: text.length, marked, skeleton, notComparable })
  return segments
}

export function shareOf(text: string, segments: readonly Segment[], renderer: Renderer): Share {
  const places = segments.filter(segment => segment.marked).map(segment => segment.end)
  const page = pageText(parse(renderer.html(mark(text, places))))
  const starts = places.map((_, index) => lengthBefore(page, runFor(index)))
  const plain = withoutRuns(page)
  const read = readings.map(reading => skeletonOf(plain, reading))
  const share: Share = { kept: 0, notComparable: 0, altered: [] }
  segments.forEach((segment, index) => {
    const start = index === 0 ? 0 : (starts[index - 1] as number)
    const end = starts[index] ?? plain.length
    const kept = read.some(
      ({ chars, offsets }) => between([...chars], offsets, start, end) === segment.skeleton,
    )
    if (kept) share.kept++
    else if (segment.notComparable) share.notComparable++
    else share.altered.push({ segment: index, source: segment.skeleton, page: plain.slice(start, end) })
  })
  return share
}

function lengthBefore(page: string, run: string): number {
  return withoutRuns(page.slice(0, page.indexOf(run))).length
}

function between(chars: readonly string[], offsets: Uint32Array, start: number, end: number): string {
  return chars
    .filter((_, index) => (offsets[index] as number) >= start && (offsets[index] as number) < end)
    .join('')
}
