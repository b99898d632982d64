/** A text in its normal form (NFC), and where each part of it stood before. */
import { lastAtMost } from './code-points.ts'
import { isSimple, partsOf, toNfc } from './normal-form.ts'

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
    let end = 0
    let normal = 0
    for (const part of partsOf(source)) {
      end += part.length
      // A single character may grow too: U+FB2A is excluded from composition.
      const { length } = isSimple(part) ? part : part.normalize('NFC')
      normal += length
      if (length === part.length) continue
      this.#source.push(end)
      this.#normal.push(normal)
    }
  }
}

/** The offset beside `offset` in the other list: as far behind the last known pair, and not beyond the next one. */
function move(offset: number, from: readonly number[], to: readonly number[]): number {
  const low = lastAtMost(from, offset)
  const moved = (to[low] as number) + offset - (from[low] as number)
  return Math.min(moved, to[low + 1] ?? moved)
}
