/** A text in its normal form (NFC), and where each part of it stood before. */
import { lastAtMost } from './code-points.ts'
import { isBoundary } from './text-meter.ts'

/** A part without a boundary, at most, in UTF-16 units, and how often one is looked for. */
const MAX_PART = 2048
const STEP = MAX_PART / 2

/** Whether every character is below U+0300, where nothing composes and NFC changes nothing. */
export function isSimple(text: string): boolean {
  return !/[^\0-\u02ff]/.test(text)
}

/** NFC of a source text with the way back: offsets are UTF-16 units. */
export class NormalText {
  readonly text: string
  /** Behind each part that normalisation made longer or shorter: its end in the source and in the normal form. */
  readonly #source: number[] = [0]
  readonly #normal: number[] = [0]

  /** `isSimpleSource` spares the work where the caller knows. */
  constructor(source: string, isSimpleSource: boolean = isSimple(source)) {
    const text = isSimpleSource ? source : toNfc(source)
    this.text = text
    if (text !== source) this.#compare(source)
  }

  toSource(offset: number): number {
    return move(offset, this.#normal, this.#source)
  }

  toNormal(offset: number): number {
    return move(offset, this.#source, this.#normal)
  }

  #compare(source: string): void {
    let start = 0
    let at = 0
    let normal = 0
    for (const character of source) {
      if (at > start && (isBoundary(character) || at - start >= MAX_PART)) {
        normal += this.#part(source.slice(start, at), at, normal)
        start = at
      }
      at += character.length
    }
    this.#part(source.slice(start), source.length, normal)
  }

  #part(part: string, sourceEnd: number, normal: number): number {
    // A single character may grow too: U+FB2A is excluded from composition.
    const { length } = isSimple(part) ? part : part.normalize('NFC')
    if (length !== part.length) {
      this.#source.push(sourceEnd)
      this.#normal.push(normal + length)
    }
    return length
  }
}

/** NFC takes a time that is quadratic in the length of a run without a boundary: a long one, which no writing has, is normalised in parts. */
function toNfc(source: string): string {
  return hasLongRun(source) ? partsOf(source).join('') : source.normalize('NFC')
}

/** Whether two looks, `STEP` units apart, fall into one run without a boundary: every run of `MAX_PART` units has two. */
function hasLongRun(source: string): boolean {
  for (let look = STEP; look < source.length; look += STEP) {
    let at = look
    while (at < look + STEP && at < source.length && !isBoundaryAt(source, at)) at++
    if (at === look + STEP) return true
  }
  return false
}

/** The second half of a pair is no boundary: only the first one tells. */
function isBoundaryAt(source: string, at: number): boolean {
  const isLowHalf =
    (source.charCodeAt(at) & 0xfc00) === 0xdc00 && (source.charCodeAt(at - 1) & 0xfc00) === 0xd800
  return !isLowHalf && isBoundary(String.fromCodePoint(source.codePointAt(at) as number))
}

/** The same parts as `NormalText` compares, each normalised. */
function partsOf(source: string): string[] {
  const parts: string[] = []
  let start = 0
  let at = 0
  for (const character of source) {
    if (at > start && (isBoundary(character) || at - start >= MAX_PART)) {
      parts.push(source.slice(start, at).normalize('NFC'))
      start = at
    }
    at += character.length
  }
  parts.push(source.slice(start).normalize('NFC'))
  return parts
}

/** The offset beside `offset` in the other list: as far behind the last known pair, and not beyond the next one. */
function move(offset: number, from: readonly number[], to: readonly number[]): number {
  const low = lastAtMost(from, offset)
  const moved = (to[low] as number) + offset - (from[low] as number)
  return Math.min(moved, to[low + 1] ?? moved)
}
