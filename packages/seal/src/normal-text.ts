/** A text in its normal form (NFC), and where each part of it stood before. */
import { lastAtMost } from './code-points.ts'
import { isBoundary } from './text-meter.ts'

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
    const text = isSimpleSource ? source : source.normalize('NFC')
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
      if (at > start && isBoundary(character)) {
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

/** The offset beside `offset` in the other list: as far behind the last known pair, and not beyond the next one. */
function move(offset: number, from: readonly number[], to: readonly number[]): number {
  const low = lastAtMost(from, offset)
  const moved = (to[low] as number) + offset - (from[low] as number)
  return Math.min(moved, to[low + 1] ?? moved)
}
