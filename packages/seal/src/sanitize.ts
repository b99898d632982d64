/** Takes hidden payloads out of a text, and says what it took. */
import { findForeign } from './foreign.ts'
import type { Found, Range } from './report.ts'
import type { InvisibleKind } from './sanitize/place.ts'
import { hiddenKind, invisible } from './sanitize/rules.ts'
import { unmark } from './unmark.ts'

/** What was taken out; `start` and `end` are UTF-16 offsets in the text as it was given. */
export interface Removed extends Range {
  kind: 'seal' | 'encypher' | 'c2pa' | InvisibleKind
  /** How many characters (code points). */
  count: number
}

/** What `sanitize` takes beside the text. */
export interface SanitizeOptions {
  /** Kinds to leave as they are, such as `soft-hyphens` in typeset text, `private-use` with icon fonts, `bidi` in source of right-to-left programs. Default: none. */
  keep?: readonly Removed['kind'][]
}

/** A text without hidden payloads. */
export interface Sanitized {
  text: string
  removed: Removed[]
}

/** So many UTF-16 units on each side say whether a character is needed. */
const CONTEXT_UNITS = 32
/** So many visible characters (UTF-16 units) away a letter still says which way is written. */
const NEAR_UNITS = 16

const everyInvisible = new RegExp(invisible.source, 'gu')
/** Searches from its `lastIndex`, and is used with nothing else. */
const nextInvisible = new RegExp(invisible.source, 'gu')
const invisibleRun = new RegExp(`(?:${invisible.source})+`, 'uy')

/**
 * Removes what can hide a payload from a reader: seals, payloads of other systems, runs of selectors, tags, zero-width characters, soft hyphens, bidirectional overrides, blank letters, private use, control characters. Keeps what writing needs: the selectors of emoji, keycaps, registered ideographic and standardized variants, joiners where they shape letters or emoji, direction marks beside right-to-left writing, flags. What is kept and what can still be hidden in it is listed in `docs/sanitize.md`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { sanitize } from '@streamseal/seal'
 *
 * const { text, removed } = sanitize('Hi\u{e0041}\u{e0042} 👩‍💻 ✔️')
 * assert.equal(text, 'Hi 👩‍💻 ✔️')
 * assert.deepEqual(removed, [{ kind: 'tags', start: 2, end: 6, count: 2 }])
 * ```
 */
export function sanitize(text: string, { keep = [] }: SanitizeOptions = {}): Sanitized {
  if (typeof text !== 'string') throw new TypeError(`Cannot sanitize a ${typeof text}: a text is needed`)
  if (!invisible.test(text)) return { text, removed: [] }
  const payloads = payloadsIn(text)
  const clean = without(text, payloads)
  const kept = new Set<Removed['kind']>(keep)
  const hidden = toGiven(findHidden(clean, kept), payloads)
  const removed = merged(
    payloads.filter(({ kind }) => !kept.has(kind)),
    hidden,
  )
  const counted = removed.map(range => ({ ...range, count: countOf(text, range) }))
  return { text: without(text, removed), removed: counted }
}

interface Hidden extends Range {
  kind: Removed['kind']
}

/** Our marks and whole payloads of other systems, in order; none within another. */
function payloadsIn(text: string): Hidden[] {
  const unmarked = unmark(text)
  const marks = unmarked.marks.map(({ start, end }): Hidden => ({ kind: 'seal', start, end }))
  const foreign = findForeign(unmarked).filter(isPayload)
  return outermost([...marks, ...foreign].sort((a, b) => a.start - b.start || b.end - a.end))
}

function isPayload(found: Found): found is Found & { kind: 'encypher' | 'c2pa' } {
  return found.kind === 'encypher' || found.kind === 'c2pa'
}

function outermost(ranges: readonly Hidden[]): Hidden[] {
  let end = 0
  return ranges.filter(range => {
    const isInside = range.start < end
    if (!isInside) end = range.end
    return !isInside
  })
}

/** Goes from one invisible character of `text` to the next. */
function findHidden(text: string, keep: ReadonlySet<Removed['kind']>): Hidden[] {
  const hidden: Hidden[] = []
  const near = new Surroundings(text)
  let before = ''
  let copied = 0
  for (const { index, 0: character } of text.matchAll(everyInvisible)) {
    const end = index + character.length
    before = (before + text.slice(Math.max(copied, index - CONTEXT_UNITS), index)).slice(-CONTEXT_UNITS)
    copied = end
    const place = { character, before, after: text.slice(end, end + CONTEXT_UNITS) }
    const kind = hiddenKind({ ...place, near: () => near.at(place.before, end) })
    if (kind && !keep.has(kind)) add(hidden, { kind, start: index, end })
    else before += character
  }
  return hidden
}

function add(hidden: Hidden[], found: Hidden): void {
  const last = hidden.at(-1)
  if (last?.end === found.start && last.kind === found.kind) last.end = found.end
  else hidden.push(found)
}

/** The visible characters before and behind a place. A long run of invisible ones is gone through once. */
class Surroundings {
  readonly #text: string
  /** The run that was gone through last. */
  #run: Range = { start: 0, end: 0 }

  constructor(text: string) {
    this.#text = text
  }

  at(before: string, end: number): readonly [string, string] {
    const visible = before.replace(everyInvisible, '').slice(-NEAR_UNITS)
    let after = ''
    for (let at = end; at < this.#text.length && after.length < NEAR_UNITS; ) {
      const next = this.#skip(at)
      nextInvisible.lastIndex = next
      const stop = Math.min(nextInvisible.exec(this.#text)?.index ?? this.#text.length, next + NEAR_UNITS)
      after += this.#text.slice(next, stop)
      at = Math.max(stop, at + 1)
    }
    return [visible, after.slice(0, NEAR_UNITS)]
  }

  #skip(at: number): number {
    if (at >= this.#run.start && at < this.#run.end) return this.#run.end
    invisibleRun.lastIndex = at
    if (!invisibleRun.test(this.#text)) return at
    this.#run = { start: at, end: invisibleRun.lastIndex }
    return this.#run.end
  }
}

/** The same ranges in the text with the payloads in it; a range around a payload becomes two. Both lists are in order. */
function toGiven(ranges: readonly Hidden[], payloads: readonly Hidden[]): Hidden[] {
  const given: Hidden[] = []
  let next = 0
  let shift = 0
  for (const { kind, start, end } of ranges) {
    let from = start
    for (let payload = payloads[next]; payload && payload.start - shift < end; payload = payloads[++next]) {
      const at = payload.start - shift
      if (at > from) given.push({ kind, start: from + shift, end: payload.start })
      from = Math.max(from, at)
      shift += payload.end - payload.start
    }
    given.push({ kind, start: from + shift, end: end + shift })
  }
  return given
}

/** Both lists in one, in order; neighbours of one kind are one, but for seals. */
function merged(payloads: readonly Hidden[], hidden: readonly Hidden[]): Hidden[] {
  const all: Hidden[] = []
  for (const range of [...payloads, ...hidden].sort((a, b) => a.start - b.start)) {
    if (range.kind === 'seal') all.push({ ...range })
    else add(all, { ...range })
  }
  return all
}

function without(text: string, ranges: readonly Range[]): string {
  const parts: string[] = []
  let from = 0
  for (const { start, end } of ranges) {
    parts.push(text.slice(from, start))
    from = end
  }
  parts.push(text.slice(from))
  return parts.join('')
}

function countOf(text: string, { start, end }: Range): number {
  let count = 0
  for (const _ of text.slice(start, end)) count++
  return count
}
