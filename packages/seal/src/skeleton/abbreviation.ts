/** `(c)`, `(r)` and `(tm)`, in capitals too, which typographers draw as ©, ® and ™. */

const NONE = 0
const SMALL_T = 1
const CAPITAL_T = 2
const ONE_LETTER = 3
/** Not both are small. */
const TWO_LETTERS = 4

export class Abbreviation {
  #state = NONE

  /** False where the next letter can be no part of one. */
  get isOpen(): boolean {
    return this.#state !== NONE
  }

  get isOneLetter(): boolean {
    return this.#state === ONE_LETTER
  }

  /** `TM`, `Tm` or `tM`. */
  get isTwoLetters(): boolean {
    return this.#state === TWO_LETTERS
  }

  forget(): void {
    this.#state = NONE
  }

  /** Takes a character that is kept; `isFirst`: it stands directly behind an opening parenthesis. */
  take(codePoint: number, isFirst: boolean): void {
    if (isFirst) this.#state = firstState(codePoint)
    else if (this.#state !== NONE) this.#state = this.#secondState(codePoint)
  }

  #secondState(codePoint: number): number {
    if (this.#state > CAPITAL_T || (codePoint | 0x20) !== 0x6d) return NONE
    return this.#state === SMALL_T && codePoint === 0x6d ? NONE : TWO_LETTERS
  }
}

function firstState(codePoint: number): number {
  if (codePoint === 0x74) return SMALL_T
  if (codePoint === 0x54) return CAPITAL_T
  const small = codePoint | 0x20
  return small === 0x63 || small === 0x72 ? ONE_LETTER : NONE
}
