/** What a character is to its neighbours. */

export const START = 0
export const WORD = 1
export const DIGIT = 2
export const SIGN = 3
export const SPACE = 4
export const OTHER = 5

// By class: WORD, MARK, DIGIT, SIGN.
const kinds: readonly number[] = [WORD, WORD, DIGIT, SIGN]

/** The kind of a character that is kept. */
export function kindOf(characterClass: number): number {
  return kinds[characterClass] as number
}

export function isWordy(kind: number): boolean {
  return kind === WORD || kind === DIGIT
}

/** Arrows, symbols and emoji: where a zero width joiner makes one picture of several. */
export function isPictorial(codePoint: number): boolean {
  return (codePoint >= 0x2190 && codePoint <= 0x2bff) || (codePoint >= 0x1f000 && codePoint <= 0x1fbff)
}
