/** The characters that Markdown's grammar names. */
export const tab = 0x09
export const lineFeed = 0x0a
export const carriageReturn = 0x0d
export const space = 0x20
export const bang = 0x21
export const doubleQuote = 0x22
export const hash = 0x23
export const dollar = 0x24
export const percent = 0x25
export const ampersand = 0x26
export const singleQuote = 0x27
export const openParen = 0x28
export const closeParen = 0x29
export const star = 0x2a
export const plus = 0x2b
export const dash = 0x2d
export const dot = 0x2e
export const slash = 0x2f
export const colon = 0x3a
export const semicolon = 0x3b
export const less = 0x3c
export const equals = 0x3d
export const greater = 0x3e
export const question = 0x3f
export const at = 0x40
export const openBracket = 0x5b
export const backslash = 0x5c
export const closeBracket = 0x5d
export const caret = 0x5e
export const underscore = 0x5f
export const backtick = 0x60
export const openBrace = 0x7b
export const pipe = 0x7c
export const tilde = 0x7e

export function isBlank(codePoint: number): boolean {
  return codePoint === space || codePoint === tab || codePoint === lineFeed
}

export function isAsciiLetter(codePoint: number): boolean {
  const lower = codePoint | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

export function isAsciiDigit(codePoint: number): boolean {
  return codePoint >= 0x30 && codePoint <= 0x39
}

export function isAsciiPunctuation(codePoint: number): boolean {
  if (codePoint < 0x21 || codePoint > 0x7e) return false
  return !isAsciiLetter(codePoint) && !isAsciiDigit(codePoint)
}
