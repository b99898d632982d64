/** Characters that stand in the skeleton in another form, because typography or normalisation takes one for the other. */
import * as classes from './classes.ts'

export const ellipsis = 0x2026

const separators: Readonly<Record<number, number>> = {
  [classes.DOT]: 0x2e,
  [classes.COMMA]: 0x2c,
  [classes.COLON]: 0x3a,
  [classes.ELLIPSIS]: ellipsis,
}

const forms: Readonly<Record<string, string>> = {
  '©': '(c)',
  '®': '(r)',
  '™': '(tm)',
  '±': '+-',
  '〜': '~',
  '～': '~',
  // NFC makes these a semicolon, a middle dot and a backtick.
  '\u037e': ';',
  '\u0387': '·',
  '\u1fef': '',
}

/** What a separator is written as. */
export function separatorOf(characterClass: number, codePoint: number): number {
  return separators[characterClass] ?? codePoint
}

/** What a character of the class REWRITTEN is read as. */
export function rewritten(codePoint: number): string {
  return forms[String.fromCodePoint(codePoint)] as string
}

export function isDots(separator: number): boolean {
  return separator === 0x2e || separator === ellipsis
}
