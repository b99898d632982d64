/** A stop, comma, colon or the like that waits for what comes behind it. */
import { DIGIT, isWordy } from './kinds.ts'
import { ellipsis, isDots } from './written-forms.ts'

// What must follow it, directly.
export const ANY = 0
export const ONLY_DIGIT = 1
export const ONLY_WORDY = 2

export class Separator {
  character = 0
  /** White space stands before it. */
  isAlone = false
  #needs = ANY

  start(character: number, needs: number, isAlone: boolean): void {
    this.character = character
    this.#needs = needs
    this.isAlone = isAlone
  }

  /** Another one comes behind the one that waits: dots become an ellipsis. False where it takes the other's place. */
  joins(character: number, needs: number, isAlone: boolean): boolean {
    const areDots = isDots(character) && isDots(this.character)
    const joins = areDots || character === this.character
    this.start(areDots ? ellipsis : character, needs, isAlone)
    return joins
  }

  /** Whether it counts before a character of this kind. */
  counts(kind: number): boolean {
    if (this.#needs === ANY || kind === DIGIT) return true
    return this.#needs === ONLY_WORDY && isWordy(kind)
  }
}
