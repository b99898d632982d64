/**
 * Turns the characters that a reader sees into the skeleton, one at a time. The rules look at neighbours only, never at
 * lines or at Markdown, so that the source of a text and the page that was made from it fold to the same string.
 */
import * as classes from './classes.ts'
import type { Ink } from './ink.ts'

// What a character is to its neighbours.
const START = 0
const WORD = 1
const DIGIT = 2
const SIGN = 3
const SPACE = 4
const OTHER = 5

// What waits for the next character that counts; nothing of it waits at a safe place.
const GAP_SPACE = 1
const GAP_PUNCTUATION = 2
const SEPARATOR = 4
const DASH = 8
const BANG = 16
const HASH = 32
const PIPE = 64
const DELIMITER = 128
const JOINER = 256
const waitsTouching = SEPARATOR | BANG | HASH | PIPE | DELIMITER | JOINER

const star = 0x2a
const underscore = 0x5f
const tilde = 0x7e
const hyphen = 0x2d
const openBracket = 0x5b
const backtick = 0x60
const ellipsis = 0x2026
const joiner = 0x200d
const blackFlag = 0x1f3f4

export class Fold {
  /** True where a kept delimiter and another one may pair up in some renderers; whoever reads Markdown resets it. */
  ambiguous = false
  /** Unset in code, where delimiters mean nothing. */
  delimits = true
  readonly #ink: Ink
  /** The kind of the last character kept. */
  #kept = START
  #keptCodePoint = 0
  /** The kind of the character directly before, looking through what is transparent. */
  #before = SPACE
  #afterDelimiter = false
  #afterBracket = false
  #waiting = 0
  #separator = 0
  #dashTouches = false
  #dashIsSign = false
  #bangIsNot = false
  #delimiter = 0
  #delimiterCount = 0
  #delimiterBefore = START
  #delimiterFirst = true
  #delimiterAlone = true
  #delimitersKept = false

  constructor(ink: Ink) {
    this.#ink = ink
  }

  /** Takes the run `text[from]` to `text[to - 1]` of words: see `endOfRun`. */
  letters(text: string, from: number, to: number, offset: number): void {
    if (this.#waiting !== 0) this.#settle(WORD, text.charCodeAt(from), offset)
    this.#ink.run(text, from, to, offset)
    this.#kept = WORD
    this.#keptCodePoint = text.charCodeAt(to - 1)
    this.#before = WORD
    this.#afterDelimiter = false
    this.#afterBracket = false
  }

  push(codePoint: number, offset: number): void {
    const characterClass = classes.classOf(codePoint)
    if (characterClass <= classes.SIGN) this.#keep(codePoint, characterClass, offset)
    else if (characterClass === classes.SPACE) this.space(offset)
    else this.#pass(codePoint, characterClass, offset)
  }

  space(offset: number): void {
    if (this.#waiting !== 0) this.#settleAtSpace(offset)
    if (this.#kept === DIGIT) this.#waiting |= GAP_SPACE
    this.#before = SPACE
    this.#afterDelimiter = false
    this.#afterBracket = false
    this.#ink.close()
  }

  /** A block of Markdown ends: its delimiters pair with no later ones. */
  forgetDelimiters(): void {
    this.#delimitersKept = false
  }

  #keep(codePoint: number, characterClass: number, offset: number): void {
    const kind = kinds[characterClass] as number
    if (this.#waiting !== 0) this.#settle(kind, codePoint, offset)
    this.#ink.put(codePoint, characterClass, offset)
    this.#kept = kind
    this.#keptCodePoint = codePoint
    this.#before = kind
    this.#afterDelimiter = false
    this.#afterBracket = false
  }

  #pass(codePoint: number, characterClass: number, offset: number): void {
    switch (characterClass) {
      case classes.IGNORED:
        return
      case classes.TRANSPARENT:
        if (codePoint !== backtick) this.#afterBracket = codePoint === openBracket
        return
      case classes.DELIMITER:
        this.#passDelimiter(codePoint)
        return
      case classes.JOINER:
        if (this.#before === WORD && isPictorial(this.#keptCodePoint)) this.#waiting |= JOINER
        return
      case classes.TAG:
        this.#passTag(codePoint, offset)
        return
      case classes.REWRITTEN:
        this.#rewrite(codePoint, offset)
        return
      default:
        this.#waiting &= ~(DELIMITER | JOINER)
        this.#passMark(codePoint, characterClass, offset)
        this.#afterDelimiter = false
        this.#afterBracket = false
    }
  }

  #passMark(codePoint: number, characterClass: number, offset: number): void {
    const touchesWord = this.#before === WORD || this.#before === DIGIT
    switch (characterClass) {
      case classes.DASH:
        this.#passDash(offset)
        return
      case classes.SINGLE_QUOTE:
      case classes.DOUBLE_QUOTE:
        this.#passQuote(characterClass, offset)
        return
      case classes.HASH:
        if (touchesWord) {
          this.#keep(codePoint, classes.SIGN, offset)
          return
        }
        this.#wait(HASH)
        return
      case classes.CARET:
        this.#afterBracket ? this.#drop() : this.#keep(codePoint, classes.SIGN, offset)
        return
      case classes.PIPE:
        // A pipe that does not touch words parts cells; a row of dashes between pipes is no minus.
        this.#waiting &= ~DASH
        if (touchesWord) this.#wait(PIPE)
        else this.space(offset)
        return
      case classes.BANG:
        if ((this.#waiting & BANG) === 0) this.#bangIsNot = !touchesWord
        this.#wait(BANG)
        return
      case classes.OPEN_PAREN:
        this.#settleSigns(offset)
        this.#drop()
        return
      case classes.PUNCTUATION:
        this.#drop()
        return
      default:
        this.#passSeparator(codePoint, characterClass)
    }
  }

  #wait(what: number): void {
    this.#waiting |= what
    this.#before = OTHER
  }

  /** Punctuation that does not count, except that it keeps two numbers apart. */
  #drop(): void {
    this.#waiting &= ~waitsTouching
    if (this.#kept === DIGIT) this.#waiting |= GAP_PUNCTUATION
    this.#dashTouches = false
    this.#before = OTHER
    this.#ink.close()
  }

  #passDash(offset: number): void {
    // `+-` is `±` to a typographer.
    if (this.#before === SIGN && this.#keptCodePoint === 0x2b) {
      this.#keep(hyphen, classes.SIGN, offset)
      return
    }
    const running = (this.#waiting & DASH) !== 0 && this.#dashTouches
    if (!running) this.#dashIsSign = this.#before !== WORD && this.#before !== DIGIT
    if ((this.#waiting & SEPARATOR) !== 0) this.#drop()
    this.#dashTouches = true
    this.#wait(DASH)
  }

  #passQuote(characterClass: number, offset: number): void {
    if (this.#before !== DIGIT) {
      this.#drop()
      return
    }
    this.#keep(characterClass === classes.SINGLE_QUOTE ? 0x27 : 0x22, classes.SIGN, offset)
  }

  #passSeparator(codePoint: number, characterClass: number): void {
    if (characterClass === classes.COLON && this.#before !== DIGIT) {
      this.#drop()
      return
    }
    const separator = separators[characterClass] ?? codePoint
    const doubled = (this.#waiting & SEPARATOR) !== 0
    if (doubled && isDots(separator) && isDots(this.#separator)) this.#separator = ellipsis
    else if (!doubled || this.#separator !== separator) {
      if (doubled) this.#drop()
      this.#separator = separator
    }
    this.#dashTouches = false
    this.#wait(SEPARATOR)
  }

  #passDelimiter(codePoint: number): void {
    if ((this.#waiting & DELIMITER) !== 0 && this.#delimiter === codePoint) {
      this.#delimiterCount++
      return
    }
    this.#delimiter = codePoint
    this.#delimiterCount = 1
    this.#delimiterBefore = this.#before
    this.#delimiterFirst = !this.#afterDelimiter
    this.#delimiterAlone = this.#delimiterFirst && this.#waiting === (this.#waiting & GAP_SPACE)
    this.#afterDelimiter = true
    this.#waiting |= DELIMITER
    if (this.#delimitersKept && this.#delimits(codePoint)) this.ambiguous = true
  }

  #delimits(codePoint: number): boolean {
    return this.delimits && codePoint !== underscore
  }

  #passTag(codePoint: number, offset: number): void {
    if (this.#before === WORD && this.#keptCodePoint === blackFlag)
      this.#ink.put(codePoint, classes.WORD, offset)
  }

  #rewrite(codePoint: number, offset: number): void {
    for (const character of rewritten[String.fromCodePoint(codePoint)] as string) {
      const to = character.charCodeAt(0)
      if (codePoint === 0xb1 || codePoint === 0x387) this.push(to, offset)
      else this.#keep(to, to > 0x60 && to < 0x7b ? classes.WORD : classes.SIGN, offset)
    }
  }

  /** A character that counts has come: decides what waited for it. */
  #settle(kind: number, codePoint: number, offset: number): void {
    const waiting = this.#waiting
    if (waiting === GAP_SPACE && kind !== DIGIT) {
      this.#waiting = 0
      return
    }
    const joined = this.#settleDelimiter(kind, codePoint, offset) || this.#settlePipe(kind, offset)
    if (!joined && kind === DIGIT && this.#kept === DIGIT && this.#keepsApart()) this.#write(0x20, offset)
    if ((waiting & BANG) !== 0 && this.#bangCounts(kind, codePoint)) this.#write(0x21, offset)
    if ((waiting & DASH) !== 0 && this.#dashCounts(kind)) this.#write(hyphen, offset)
    this.#settleTouching(kind, codePoint, offset)
    this.#waiting = 0
  }

  #settleTouching(kind: number, codePoint: number, offset: number): void {
    const waiting = this.#waiting
    if ((waiting & HASH) !== 0 && isWordy(kind)) this.#write(0x23, offset)
    if ((waiting & SEPARATOR) !== 0 && kind === DIGIT) this.#write(this.#separator, offset)
    if ((waiting & JOINER) !== 0 && isPictorial(codePoint)) this.#write(joiner, offset)
  }

  #settleAtSpace(offset: number): void {
    const waiting = this.#waiting
    if ((waiting & DELIMITER) !== 0 && this.#standsAlone()) {
      this.#waiting &= ~DELIMITER
      this.#keep(this.#delimiter, classes.SIGN, offset)
      return
    }
    if ((waiting & (SEPARATOR | BANG | HASH)) !== 0) {
      this.#waiting &= ~waitsTouching
      if (this.#kept === DIGIT) this.#waiting |= GAP_PUNCTUATION
    }
    this.#waiting &= ~waitsTouching
    this.#dashTouches = false
  }

  /** `a * b`, `X ~ N`: no renderer takes a delimiter between spaces for emphasis. */
  #standsAlone(): boolean {
    if (this.#delimiterCount > 1 || this.#delimiter === underscore) return false
    return this.#delimiterBefore === SPACE && this.#delimiterFirst
  }

  #settleDelimiter(kind: number, codePoint: number, offset: number): boolean {
    if ((this.#waiting & DELIMITER) === 0 || !this.#delimiterCounts(kind, codePoint)) return false
    this.#delimitersKept ||= this.#delimits(this.#delimiter)
    const count = this.#delimiter === star ? this.#delimiterCount : 1
    for (let at = 0; at < count; at++) this.#write(this.#delimiter, offset)
    return true
  }

  #delimiterCounts(kind: number, codePoint: number): boolean {
    const before = this.#delimiterBefore
    if (this.#delimiter === tilde) return this.#delimiterCount === 1 && kind === DIGIT
    if (!this.#delimiterAlone) return false
    if (this.#delimiter === underscore) return isWordy(before) && isWordy(kind)
    if (this.#delimiterCount > 2) return false
    if (before === DIGIT && kind === DIGIT) return true
    const letterBefore = before === WORD && this.#keptCodePoint < 0x80
    const letterAfter = kind === WORD && codePoint < 0x80
    return (
      this.#delimiterCount === 1 && ((before === DIGIT && letterAfter) || (letterBefore && kind === DIGIT))
    )
  }

  #settlePipe(kind: number, offset: number): boolean {
    if ((this.#waiting & PIPE) === 0 || !isWordy(kind)) return false
    this.#write(0x7c, offset)
    return true
  }

  /** Between two numbers: true where something but a lone separator or dash stands. */
  #keepsApart(): boolean {
    if ((this.#waiting & GAP_PUNCTUATION) !== 0) return true
    return (this.#waiting & GAP_SPACE) !== 0 && (this.#waiting & DASH) === 0
  }

  #bangCounts(kind: number, codePoint: number): boolean {
    return codePoint === 0x3d || (this.#bangIsNot && isWordy(kind))
  }

  #dashCounts(kind: number): boolean {
    return kind === DIGIT || (this.#dashTouches && this.#dashIsSign)
  }

  /** `-(x + 1)`, `!(a && b)`. */
  #settleSigns(offset: number): void {
    if ((this.#waiting & BANG) !== 0 && this.#bangIsNot) this.#write(0x21, offset)
    if ((this.#waiting & DASH) !== 0 && this.#dashTouches && this.#dashIsSign) {
      this.#write(hyphen, offset)
      this.#waiting &= ~DASH
    }
  }

  #write(codePoint: number, offset: number): void {
    this.#ink.put(codePoint, classes.SIGN, offset)
  }
}

const kinds: readonly number[] = [WORD, WORD, DIGIT, SIGN]

const separators: Readonly<Record<number, number>> = {
  [classes.DOT]: 0x2e,
  [classes.COMMA]: 0x2c,
  [classes.COLON]: 0x3a,
  [classes.ELLIPSIS]: ellipsis,
}

const rewritten: Readonly<Record<string, string>> = {
  '©': 'c',
  '®': 'r',
  '™': 'tm',
  '±': '+-',
  '−': '-',
  '〜': '~',
  '～': '~',
  // NFC makes these a middle dot and a backtick.
  '\u0387': '·',
  '\u1fef': '',
}

function isWordy(kind: number): boolean {
  return kind === WORD || kind === DIGIT
}

function isDots(separator: number): boolean {
  return separator === 0x2e || separator === ellipsis
}

/** Arrows, symbols and emoji: where a zero width joiner makes one picture of several. */
function isPictorial(codePoint: number): boolean {
  return (codePoint >= 0x2190 && codePoint <= 0x2bff) || (codePoint >= 0x1f000 && codePoint <= 0x1fbff)
}
