/** Takes hidden payloads out of a text, and says what it took. */
import { findForeign } from './foreign.ts'
import { hiddenKind, type InvisibleKind, invisible } from './invisible.ts'
import type { Found, Range } from './report.ts'
import { unmark } from './unmark.ts'

/** What was taken out; `start` and `end` are UTF-16 offsets in the text as it was given. */
export interface Removed extends Range {
  kind: 'seal' | 'encypher' | 'c2pa' | InvisibleKind
  /** How many characters (code points). */
  count: number
}

/** What `sanitize` takes beside the text. */
export interface SanitizeOptions {
  /** Kinds to leave as they are. Default: none. */
  keep?: readonly Removed['kind'][]
}

/** A text without hidden payloads. */
export interface Sanitized {
  text: string
  removed: Removed[]
}

/** Letters so many UTF-16 units away from a direction mark say whether it is needed. */
const NEAR_UNITS = 16
/** A region's flag (UTS #51): a black flag, up to six tags, and the cancel tag. */
const tagFlag = /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}/uy

/**
 * Removes what can hide a payload from a reader: seals, payloads of other systems, runs of selectors, tags, zero-width characters, bidirectional overrides. Keeps what writing needs: the selectors of emoji, keycaps and ideographic variants, joiners in the scripts that use them and in emoji, flags.
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
  const state: State = { text, kept: '', last: '', removed: [], keep: new Set(keep) }
  let at = 0
  for (const payload of payloadsIn(text)) {
    if (payload.start < at) continue
    filter(state, at, payload.start)
    if (state.keep.has(payload.kind)) keepAll(state, payload.start, payload.end)
    else remove(state, payload.kind, payload.start, payload.end)
    at = payload.end
  }
  filter(state, at, text.length)
  return { text: state.kept, removed: state.removed }
}

interface State {
  text: string
  kept: string
  /** The last character that was kept. */
  last: string
  removed: Removed[]
  keep: ReadonlySet<Removed['kind']>
}

interface Payload extends Range {
  kind: Removed['kind']
}

/** Our marks and whole payloads of other systems, in order. */
function payloadsIn(text: string): Payload[] {
  const unmarked = unmark(text)
  const marks = unmarked.marks.map(({ start, end }): Payload => ({ kind: 'seal', start, end }))
  const foreign = findForeign(unmarked).filter(isPayload)
  return [...marks, ...foreign].sort((a, b) => a.start - b.start || b.end - a.end)
}

function isPayload(found: Found): found is Found & { kind: 'encypher' | 'c2pa' } {
  return found.kind === 'encypher' || found.kind === 'c2pa'
}

/** Goes through `text[start, end)` character by character. */
function filter(state: State, start: number, end: number): void {
  for (let at = start; at < end; ) {
    const flag = flagEnd(state.text, at)
    const character = String.fromCodePoint(state.text.codePointAt(at) as number)
    if (flag > at && flag <= end) {
      keepAll(state, at, flag)
      at = flag
      continue
    }
    const next = at + character.length
    const kind = kindAt(state, at, next)
    if (kind && !state.keep.has(kind)) remove(state, kind, at, next)
    else keepAll(state, at, next)
    at = next
  }
}

function kindAt({ text, last }: State, at: number, next: number): InvisibleKind | undefined {
  const code = text.codePointAt(next)
  return hiddenKind({
    character: text.slice(at, next),
    before: last,
    after: code === undefined ? '' : String.fromCodePoint(code),
    get near(): [string, string] {
      return [text.slice(Math.max(0, at - NEAR_UNITS), at), text.slice(next, next + NEAR_UNITS)]
    },
  })
}

function flagEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0xd83c) return at
  tagFlag.lastIndex = at
  return tagFlag.test(text) ? tagFlag.lastIndex : at
}

function keepAll(state: State, start: number, end: number): void {
  state.kept += state.text.slice(start, end)
  const low = state.text.charCodeAt(end - 1)
  const isPair = (low & 0xfc00) === 0xdc00 && end - 2 >= start
  state.last = state.text.slice(isPair ? end - 2 : end - 1, end)
}

function remove(state: State, kind: Removed['kind'], start: number, end: number): void {
  const count = [...state.text.slice(start, end)].length
  const before = state.removed.at(-1)
  if (before?.kind === kind && before.end === start && kind !== 'seal') {
    before.end = end
    before.count += count
  } else state.removed.push({ kind, start, end, count })
}
