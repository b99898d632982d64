/** Finds the characters of a text that nobody sees, so that they can be shown. What writing needs (emoji selectors, flags, joiners) stays as it is. */
import { inspect, type MarkFound } from '@streamseal/seal'

/** What a hidden run is: one of our marks, or something else. */
export type HiddenKind = MarkFound['kind'] | 'selectors' | 'tags' | 'zero-width' | 'direction'

/** A hidden run, with its length in characters. */
export interface HiddenRun {
  kind: HiddenKind
  count: number
  isMark: boolean
  /** Of a passage's mark: which passage, counted from 1. */
  number?: number
}

/** A piece of the text: seen, or hidden. */
export type Piece = { kind: 'text'; text: string } | HiddenRun

// One group a kind, in this order. A flag's tags follow U+1F3F4; a lone U+FE0F belongs to its emoji.
const hidden =
  /([\u{E0100}-\u{E01EF}]+|[\u{FE00}-\u{FE0F}]{2,})|((?<![\u{1F3F4}\u{E0020}-\u{E007F}])[\u{E0000}-\u{E007F}]+)|([\u{200B}\u{2060}-\u{2064}\u{FEFF}\u{180E}\u{AD}]+|[\u{200B}-\u{200D}\u{2060}\u{FEFF}]{2,})|([\u{202A}-\u{202E}\u{2066}-\u{2069}\u{200E}\u{200F}]+)/gu

const kinds = ['selectors', 'tags', 'zero-width', 'direction'] as const

/** Cuts a text into what is seen and what is hidden, in order; nothing is lost. */
export function hiddenCharacters(text: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const mark of inspect(text).marks) {
    // A mark inside another mark is shown as the outer one.
    if (mark.start < at) continue
    pieces.push(...otherRuns(text.slice(at, mark.start)), markRun(mark, text))
    at = mark.end
  }
  return [...pieces, ...otherRuns(text.slice(at))]
}

function markRun({ kind, start, end, index }: MarkFound, text: string): HiddenRun {
  const count = [...text.slice(start, end)].length
  return { kind, count, isMark: true, ...(index === undefined ? {} : { number: index + 1 }) }
}

function otherRuns(text: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const match of text.matchAll(hidden)) {
    if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) })
    const kind = kinds[match.slice(1).findIndex(group => group !== undefined)] ?? 'selectors'
    pieces.push({ kind, count: [...match[0]].length, isMark: false })
    at = match.index + match[0].length
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) })
  return pieces
}
