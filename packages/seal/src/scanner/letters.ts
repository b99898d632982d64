/** What a character is to a mark beside it. Taken from the engine's own Unicode: where marks stand is the sealer's choice, and verifiers never ask. */

export const NO_LETTER = 1
/** A letter of a script whose shaping a mark behind it leaves alone. */
const OPEN = 2
/** A letter of any other script: a mark goes behind the sentence stop only. */
export const CLOSED = 3
export const IDEOGRAPH = 4
export const KANA = 5
/** A combining mark: it belongs to the letter before it. */
export const COMBINING = 6

const open =
  /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Ethiopic}\p{Script=Thai}\p{Script=Lao}\p{Script=Common}\p{Script=Inherited}]$/u
const letter = /^\p{L}$/u
const ideograph = /^\p{Script=Han}$/u
const kana = /^[\p{Script=Hiragana}\p{Script=Katakana}ー]$/u
const combining = /^\p{M}$/u
const ignorable = /^\p{Default_Ignorable_Code_Point}$/u

const known = new Uint8Array(0x10000)

/** One of the constants above; asked of Unicode once a character. */
export function letterKind(codePoint: number): number {
  if (codePoint > 0xffff) return classify(codePoint)
  const kind = known[codePoint] as number
  if (kind !== 0) return kind
  known[codePoint] = classify(codePoint)
  return known[codePoint] as number
}

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint)
  if (ignorable.test(character)) return NO_LETTER
  if (combining.test(character)) return COMBINING
  if (!letter.test(character)) return NO_LETTER
  if (ideograph.test(character)) return IDEOGRAPH
  if (kana.test(character)) return KANA
  return open.test(character) ? OPEN : CLOSED
}
