/** The texts of a run's choices while no mark stands in them. */
import { strip } from '@streamseal/seal'
import type { Part } from '@streamseal/stream'
import { UnmarkedText } from './text-digest.ts'

/** Takes the parts of a sealed run. */
export class RunTexts {
  readonly #texts = new Map<number, UnmarkedText>()
  readonly #choiceOf = new Map<string, number>()

  take(part: Part): void {
    if (part.type === 'restart') this.#texts.clear()
    if (part.type === 'text-start') this.#choiceOf.set(part.id, part.choice ?? 0)
    if (part.type === 'text-delta') {
      // A mark goes out whole, in one delta.
      this.#textOf(this.#choiceOf.get(part.id)).feed(strip(part.delta), part.delta)
    }
  }

  /** The digest of a choice's text; `undefined` where a mark stands in it. */
  digest(choice: number | undefined): string | undefined {
    return this.#textOf(choice).digest()
  }

  #textOf(choice = 0): UnmarkedText {
    const known = this.#texts.get(choice)
    if (known !== undefined) return known
    const text = new UnmarkedText()
    this.#texts.set(choice, text)
    return text
  }
}
