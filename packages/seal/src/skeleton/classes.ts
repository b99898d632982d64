/** What each character is to the skeleton: kept, dropped, or kept by its neighbours. The sets are those of Unicode 17.0, frozen. */
import { digits, ignorables, marks, punctuation } from './unicode-17.ts'

/** Kept: a letter, a symbol above U+007F, or a code point of no other class. */
export const WORD = 0
/** Kept: a combining mark that is not default ignorable. */
const MARK = 1
/** Kept: a decimal digit. */
const DIGIT = 2
/** Kept: an ASCII symbol, and the few punctuation marks that carry meaning. */
export const SIGN = 3
/** Dropped: white space. */
export const SPACE = 4
/** Dropped without a trace: default ignorable, or a control. */
export const IGNORED = 5
/** Dropped: any other punctuation. */
export const PUNCTUATION = 6
/** Transparent: square brackets and the backtick. */
export const TRANSPARENT = 7
/** Kept by their neighbours: see `fold.ts`. */
export const DASH = 8
export const DOT = 9
export const COMMA = 10
export const COLON = 11
const SEPARATOR = 12
export const ELLIPSIS = 13
export const SINGLE_QUOTE = 14
export const DOUBLE_QUOTE = 15
export const DELIMITER = 16
export const HASH = 17
export const PIPE = 18
export const CARET = 19
export const BANG = 20
export const OPEN_PAREN = 21
export const JOINER = 22
export const TAG = 23
/** Written in another form: see `fold.ts`. */
export const REWRITTEN = 24
/** Kept between letters and digits that it touches. */
export const JOINT = 25
/** Kept, and nothing to its neighbours: what turns the direction of the text around it. */
export const BIDI = 26

const limit = 0x20000

const special: readonly (readonly [number, string])[] = [
  [SIGN, '$+<=>%&@/§¶†‡‰‱٪﹪％＆＠／‼⁉〽〰'],
  [SPACE, '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'],
  [SPACE, '\u2028\u2029\u202f\u205f\u3000'],
  [TRANSPARENT, '[]`'],
  [DOT, '.．'],
  [COMMA, ','],
  [COLON, ':：'],
  [SEPARATOR, '·٫٬'],
  [ELLIPSIS, '…‥'],
  [SINGLE_QUOTE, "'‘’‚‛′‹›"],
  [DOUBLE_QUOTE, '"“”„‟″«»'],
  [DELIMITER, '*_~'],
  [HASH, '#'],
  [PIPE, '|'],
  [CARET, '^'],
  [BANG, '!'],
  [OPEN_PAREN, '(（'],
  [JOINT, ';?\\{}'],
  [BIDI, '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'],
  [JOINER, '\u200d'],
  [REWRITTEN, '©®™±〜～\u037e\u0387\u1fef'],
]

const dashes = '-֊־᐀᠆‐‑‒–—―−⸗⸚⸺⸻⹀⹝゠︱︲﹘﹣－'

const decomposing: readonly (readonly [number, number])[] = [
  [0x340, 0x387],
  [0x958, 0x95f],
  [0x9dc, 0x9df],
  [0xa33, 0xa5e],
  [0xb5c, 0xb5d],
  [0xf43, 0xfb9],
  [0x1f00, 0x1fff],
]

// Set beside the class of what runs are made of.
const runs = 0x80

const table = build()

/** The class of a code point; an unpaired surrogate counts as U+FFFD, which is a `WORD`. */
export function classOf(codePoint: number): number {
  if (codePoint < limit) return (table[codePoint] as number) & ~runs
  return codePoint >= 0xe0000 && codePoint <= 0xe0fff ? ignorableClass(codePoint) : WORD
}

/** True for what can compose with, or be reordered after, the character before it under NFC. */
export function isComposing(codePoint: number, characterClass: number): boolean {
  return characterClass === MARK || (codePoint >= 0x1160 && codePoint <= 0x11ff)
}

/** The index behind the run at `from` of letters and other words that stand in the skeleton as they are, alone or beside each other. */
export function endOfRun(text: string, from: number): number {
  let at = from
  while (at < text.length && (table[text.charCodeAt(at)] as number) >= runs) at++
  return at
}

/** True where NFC may change the character itself; a superset that spares most scripts the question. */
export function mayDecompose(codePoint: number): boolean {
  if (codePoint < 0x340) return false
  if (codePoint >= 0x2000) return codePoint < 0x3000 || codePoint >= 0xf900
  return decomposing.some(([first, last]) => codePoint >= first && codePoint <= last)
}

function ignorableClass(codePoint: number): number {
  return codePoint >= 0xe0020 && codePoint <= 0xe007f ? TAG : IGNORED
}

function build(): Uint8Array {
  const classes = new Uint8Array(limit)
  mark(classes, punctuation, PUNCTUATION)
  mark(classes, marks, MARK)
  mark(classes, digits, DIGIT)
  classes.fill(IGNORED, 0, 0x20).fill(IGNORED, 0x7f, 0xa0)
  for (let ascii = 0x21; ascii < 0x7f; ascii++) if (!isWordOrDigit(ascii)) classes[ascii] = PUNCTUATION
  mark(classes, ignorables, IGNORED)
  for (const dash of dashes) classes[dash.codePointAt(0) as number] = DASH
  for (const [characterClass, characters] of special)
    for (const character of characters) classes[character.codePointAt(0) as number] = characterClass
  markRuns(classes)
  return classes
}

function markRuns(classes: Uint8Array): void {
  for (let unit = 0x41; unit < 0x10000; unit++) {
    const stands = classes[unit] === WORD && !isComposing(unit, WORD) && !mayDecompose(unit)
    if (stands && (unit < 0xd800 || unit > 0xdfff)) classes[unit] = WORD | runs
  }
}

function isWordOrDigit(ascii: number): boolean {
  return /[A-Za-z0-9]/.test(String.fromCharCode(ascii))
}

function mark(classes: Uint8Array, ranges: string, characterClass: number): void {
  let last = 0
  for (const range of ranges.split(' ')) {
    const [distance, extent] = range.split('+') as [string, string?]
    const first = last + Number.parseInt(distance, 36)
    last = first + (extent === undefined ? 0 : Number.parseInt(extent, 36))
    classes.fill(characterClass, first, last + 1)
  }
}
