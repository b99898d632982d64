/** Bytes as invisible characters, the way Encypher writes them: U+FE00–FE0F carry 0–15, U+E0100–E01EF carry 16–255. Browser safe. */
import { joinBytes } from './join-bytes.ts'

const SELECTORS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16),
)

/** The selectors of some bytes: one UTF-16 unit for a byte under 16, two for any other. */
export function toSelectors(bytes: Uint8Array): string {
  return joinBytes(bytes, SELECTORS)
}

/** A run of variation selectors, in UTF-16 offsets of the text. */
export interface SelectorRun {
  start: number
  end: number
  bytes: Uint8Array
}

/** U+FE00–FE0F, or the surrogate pair of U+E0100–E01EF: without the `u` flag the engine scans about six times as fast. */
const RUN = /(?:[\uFE00-\uFE0F]|\uDB40[\uDD00-\uDDEF])+/g

/** Every run of selectors in a text, first to last; time is linear in the text. */
export function* selectorRuns(text: string): Generator<SelectorRun> {
  const scan = new RegExp(RUN)
  for (let found = scan.exec(text); found; found = scan.exec(text)) {
    yield { start: found.index, end: scan.lastIndex, bytes: selectorBytes(found[0]) }
  }
}

/** What opens every selector of the supplement, and every tag. */
const HIGH = '\udb40'

/**
 * Every run with a selector of the supplement in it, first to last: every one that can hold JSON. Ten times as fast as `selectorRuns` on a long text,
 * because the engine looks for one unit instead of matching a pattern.
 */
export function* payloadRuns(text: string): Generator<SelectorRun> {
  let from = 0
  for (let at = text.indexOf(HIGH); at >= 0; at = text.indexOf(HIGH, from)) {
    let start = at
    while (start > from && isBasic(text.charCodeAt(start - 1))) start--
    let end = at
    for (let size = selectorAt(text, end); size > 0; size = selectorAt(text, end)) end += size
    if (end > at) yield { start, end, bytes: selectorBytes(text.slice(start, end)) }
    from = Math.max(end, at + 1)
  }
}

function isBasic(unit: number): boolean {
  return unit >= 0xfe00 && unit <= 0xfe0f
}

/** How many UTF-16 units the selector at an offset has; 0 where there is none. */
function selectorAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (unit !== 0xdb40) return isBasic(unit) ? 1 : 0
  const low = text.charCodeAt(at + 1)
  return low >= 0xdd00 && low <= 0xddef ? 2 : 0
}

/** The bytes of a string that holds nothing but selectors. */
export function selectorBytes(selectors: string): Uint8Array {
  const bytes = new Uint8Array(selectors.length)
  let length = 0
  for (let i = 0; i < selectors.length; i++) {
    const unit = selectors.charCodeAt(i)
    // A high surrogate here is always U+DB40; the low half counts from DD00, which carries 16.
    if (unit === 0xdb40) bytes[length++] = selectors.charCodeAt(++i) - 0xdd00 + 16
    else bytes[length++] = unit - 0xfe00
  }
  return bytes.subarray(0, length)
}

/** Where the first run starts, or `undefined`. */
export function firstRun(text: string): SelectorRun | undefined {
  return selectorRuns(text).next().value ?? undefined
}
