/**
 * Turns the characters that a reader sees into the skeleton, one at a time. The rules look at neighbours only, never at
 * lines or at Markdown, so that the source of a text and the page that was made from it fold to the same string.
 */
import { Abbreviation } from './abbreviation.ts'
import { Ambiguity } from './ambiguity.ts'
import * as classes from './classes.ts'
import { DelimiterRun, star, tilde } from './delimiter-run.ts'
import type { Ink } from './ink.ts'
import { DIGIT, isPictorial, isWordy, kindOf, OTHER, SIGN, SPACE, START, WORD } from './kinds.ts'
import { ANY, ONLY_DIGIT, ONLY_WORDY, Separator } from './separator.ts'
import {
  AFTER_PIPE,
  BANG,
  besideDelimiter,
  DASH,
  DELIMITER,
  GAP_BRACKET,
  GAP_COLON,
  GAP_PUNCTUATION,
  GAP_SPACE,
  HASH,
  JOINER,
  PAREN,
  PIPE,
  SEPARATOR,
  waitsTouching,
} from './waits.ts'
import { ellipsis, rewritten, separatorOf } from './written-forms.ts'

const hyphen = 0x2d
const openBracket = 0x5b
const bang = 0x21
const colon = 0x3a
const closeParen = 0x29
const backtick = 0x60
const joiner = 0x200d
const blackFlag = 0x1f3f4

export class Fold {
  readonly ambiguity: Ambiguity = new Ambiguity()
  readonly #ink: Ink
  /** The kind of the last character kept. */
  #kept = START
  #keptCodePoint = 0
  /** The kind of the character directly before, looking through what is transparent. */
  #before = SPACE
  #afterDelimiter = false
  #afterBracket = false
  #waiting = 0
  readonly #separator = new Separator()
  #dashTouches = false
  #dashAttached = false
  /** The dash that waits may be part of a table's rule, where a page shows the source of a table. */
  #dashDraws = false
  readonly #abbreviation = new Abbreviation()
  readonly #run = new DelimiterRun()
  /** The gap between digits is a backtick. */
  #gapIsCode = false

  constructor(ink: Ink) {
    this.#ink = ink
  }

  /** Takes the run `text[from]` to `text[to - 1]` of words: see `endOfRun`. */
  letters(text: string, from: number, to: number, offset: number): void {
    const first = text.charCodeAt(from)
    if (this.#abbreviation.isOpen || (this.#waiting & PAREN) !== 0) this.#abbreviate(text, from, to)
    if (this.#waiting !== 0) this.#settle(WORD, first, offset)
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
    this.#abbreviation.forget()
    this.#afterDelimiter = false
    this.#afterBracket = false
    this.#ink.close()
  }

  /** True where white space, or nothing, stands directly before. */
  get isBehindSpace(): boolean {
    return this.#before === SPACE
  }

  /** True where a letter, mark or digit stands directly before. */
  get isBehindWord(): boolean {
    return isWordy(this.#before)
  }

  #keep(codePoint: number, characterClass: number, offset: number): void {
    const kind = kindOf(characterClass)
    this.#abbreviation.take(codePoint, this.#isBehindParen)
    if (this.#waiting !== 0) this.#settle(kind, codePoint, offset)
    this.#ink.put(codePoint, characterClass, offset)
    this.#kept = kind
    this.#keptCodePoint = codePoint
    this.#before = kind
    this.#afterDelimiter = false
    this.#afterBracket = false
  }

  #abbreviate(text: string, from: number, to: number): void {
    if (to - from > 2) this.#abbreviation.forget()
    else
      for (let at = from; at < to; at++)
        this.#abbreviation.take(text.charCodeAt(at), at === from && this.#isBehindParen)
  }

  get #isBehindParen(): boolean {
    if (this.#before !== OTHER || (this.#waiting & PAREN) === 0) return false
    return (this.#waiting & (SEPARATOR | DASH | BANG | HASH)) === 0
  }

  #pass(codePoint: number, characterClass: number, offset: number): void {
    switch (characterClass) {
      case classes.IGNORED:
        return
      case classes.TRANSPARENT:
        this.#passTransparent(codePoint)
        return
      case classes.BIDI:
        this.#ink.put(codePoint, classes.WORD, offset)
        this.#abbreviation.forget()
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
        this.#abbreviation.forget()
        this.#afterDelimiter = false
        this.#afterBracket = false
    }
  }

  /** Brackets and backticks are a link's or code's, or shown: between digits alone they count, so that no two numbers become one. */
  #passTransparent(codePoint: number): void {
    if (codePoint !== backtick) this.#afterBracket = codePoint === openBracket
    if (this.#before !== DIGIT) return
    this.#waiting |= GAP_BRACKET
    this.#gapIsCode = codePoint === backtick
  }

  #passMark(codePoint: number, characterClass: number, offset: number): void {
    const touchesWord = this.#before === WORD || this.#before === DIGIT
    switch (characterClass) {
      case classes.DASH:
        this.#passDash(codePoint, offset)
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
        touchesWord ? this.#wait(PIPE) : this.#passCellPipe(offset)
        return
      case classes.BANG:
        this.#passBang(offset)
        return
      case classes.OPEN_PAREN:
        this.#settleSigns(offset)
        this.#drop()
        this.#wait(PAREN)
        return
      case classes.PUNCTUATION:
        if (codePoint === closeParen) this.#endAbbreviation()
        this.#drop()
        return
      case classes.JOINT:
        touchesWord ? this.#waitSeparator(codePoint, ONLY_WORDY) : this.#drop()
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

  #passDash(codePoint: number, offset: number): void {
    // `+-` is `±` to a typographer.
    if (this.#before === SIGN && this.#keptCodePoint === 0x2b) {
      this.#keep(hyphen, classes.SIGN, offset)
      return
    }
    const waits = (this.#waiting & DASH) !== 0
    const running = waits && this.#dashTouches
    if (waits && !running && this.#dashCounts()) this.#write(hyphen, offset)
    if (!running) this.#dashAttached = this.#before === WORD || this.#before === DIGIT
    this.#dashDraws = running || codePoint !== hyphen
    if (this.#separatorIsRule()) this.#waiting &= ~SEPARATOR
    else if ((this.#waiting & SEPARATOR) !== 0) this.#drop()
    this.#dashTouches = true
    this.#wait(DASH)
  }

  #passQuote(characterClass: number, offset: number): void {
    const quote = characterClass === classes.SINGLE_QUOTE ? 0x27 : 0x22
    if (this.#before === DIGIT) this.#keep(quote, classes.SIGN, offset)
    else if (this.#before === WORD) this.#waitSeparator(quote, ONLY_WORDY)
    else this.#drop()
  }

  /** A pipe that does not touch words parts cells, and dashes between pipes are a table's rule: not every page draws tables. */
  #passCellPipe(offset: number): void {
    this.#forgetRuleColon()
    if (!this.#dashAttached && (this.#dashTouches || this.#dashDraws)) this.#waiting &= ~DASH
    this.space(offset)
    this.#waiting |= AFTER_PIPE
  }

  /** A colon behind a pipe, as a table's rule has it. */
  #separatorIsRule(): boolean {
    const both = SEPARATOR | AFTER_PIPE
    return (this.#waiting & both) === both && this.#separator.character === colon
  }

  /** `---:` */
  #forgetRuleColon(): void {
    if ((this.#waiting & DASH) !== 0 && this.#dashDraws && this.#separatorIsRule())
      this.#waiting &= ~SEPARATOR
  }

  #passBang(offset: number): void {
    if (this.#before === DIGIT) this.#keep(bang, classes.SIGN, offset)
    // Typographers shorten a row of them.
    else if (this.#before !== SIGN || this.#keptCodePoint !== bang) this.#wait(BANG)
  }

  #passSeparator(codePoint: number, characterClass: number): void {
    if (characterClass === classes.COLON && this.#dashTouches) this.#dashDraws = true
    const isWide = codePoint >= 0xff00
    this.#waitSeparator(separatorOf(characterClass, codePoint), isWide ? ONLY_DIGIT : ANY)
  }

  #waitSeparator(separator: number, needs: number): void {
    const alone = this.#before === SPACE
    if ((this.#waiting & SEPARATOR) === 0) this.#separator.start(separator, needs, alone)
    else if (!this.#separator.joins(separator, needs, alone)) this.#drop()
    this.#dashTouches = false
    this.#wait(SEPARATOR)
  }

  /** Behind `(c)`, which a typographer may have drawn as ©. */
  #endAbbreviation(): void {
    if (this.#abbreviation.isOneLetter) this.#ink.lower()
    // The letters of `(TM)` may have left already: rather say that pages differ.
    if (this.#abbreviation.isTwoLetters) this.ambiguity.found = true
  }

  #passDelimiter(codePoint: number): void {
    if ((this.#waiting & DELIMITER) !== 0 && this.#run.character === codePoint) {
      this.#run.count++
      return
    }
    const isFirst = !this.#afterDelimiter
    this.#run.start(codePoint, this.#before, isFirst, isFirst && (this.#waiting & ~besideDelimiter) === 0)
    this.#afterDelimiter = true
    this.#waiting |= DELIMITER
    this.ambiguity.meetDelimiter(codePoint)
  }

  #passTag(codePoint: number, offset: number): void {
    if (this.#before === WORD && this.#keptCodePoint === blackFlag)
      this.#ink.put(codePoint, classes.WORD, offset)
  }

  #rewrite(codePoint: number, offset: number): void {
    for (const character of rewritten(codePoint)) {
      const to = character.charCodeAt(0)
      if (to === tilde) this.#keep(to, classes.SIGN, offset)
      else this.push(to, offset)
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
    if (!joined && kind === DIGIT && this.#kept === DIGIT) this.#settleGap(offset)
    if ((waiting & PAREN) !== 0) this.#write(0x28, offset)
    if ((waiting & BANG) !== 0) this.#write(bang, offset)
    if ((waiting & DASH) !== 0 && this.#dashCounts()) this.#write(hyphen, offset)
    this.#settleTouching(kind, codePoint, offset)
    this.#waiting = 0
  }

  /** What keeps two numbers apart, where nothing else does. */
  #settleGap(offset: number): void {
    const waiting = this.#waiting
    if ((waiting & PAREN) !== 0) return
    if ((waiting & GAP_COLON) !== 0) this.#write(colon, offset)
    else if ((waiting & ~DELIMITER) === GAP_BRACKET) this.#settleBracket(offset)
    else if (this.#keepsApart()) this.#write(0x20, offset)
  }

  #settleBracket(offset: number): void {
    this.#write(0x20, offset)
    this.ambiguity.keepBracket(this.#gapIsCode)
  }

  #settleTouching(kind: number, codePoint: number, offset: number): void {
    const waiting = this.#waiting
    if ((waiting & HASH) !== 0) this.#write(0x23, offset)
    if ((waiting & SEPARATOR) !== 0 && this.#separator.counts(kind))
      this.#write(this.#separator.character, offset)
    if ((waiting & JOINER) !== 0 && isPictorial(codePoint)) this.#write(joiner, offset)
  }

  #settleAtSpace(offset: number): void {
    const waiting = this.#waiting
    if ((waiting & DELIMITER) !== 0 && this.#run.standsAlone) {
      this.#waiting &= ~DELIMITER
      this.#keep(this.#run.character, classes.SIGN, offset)
      return
    }
    if ((waiting & SEPARATOR) !== 0 && this.#separator.isAlone && this.#settleAlone(offset)) return
    this.#forgetRuleColon()
    if ((this.#waiting & (SEPARATOR | BANG | HASH)) !== 0) {
      this.#waiting &= ~waitsTouching
      if (this.#kept === DIGIT) this.#waiting |= GAP_PUNCTUATION
    }
    this.#waiting &= ~waitsTouching
    this.#dashTouches = false
  }

  /** `5 · 3`, `1 : 5`: a sign of its own between spaces. */
  #settleAlone(offset: number): boolean {
    const { character } = this.#separator
    if (character === colon && this.#kept === DIGIT) this.#waiting |= GAP_COLON
    if (character < 0x80 || character === ellipsis) return false
    this.#waiting &= ~SEPARATOR
    this.#keep(character, classes.SIGN, offset)
    return true
  }

  #settleDelimiter(kind: number, codePoint: number, offset: number): boolean {
    const run = this.#run
    if ((this.#waiting & DELIMITER) === 0 || !run.counts(kind, codePoint, this.#keptCodePoint)) return false
    this.ambiguity.keepDelimiter(run.character)
    const count = run.character === star ? run.count : 1
    for (let at = 0; at < count; at++) this.#write(run.character, offset)
    return true
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

  #dashCounts(): boolean {
    return this.#dashTouches || !this.#dashDraws || (this.#waiting & AFTER_PIPE) === 0
  }

  /** `-(x + 1)`, `!(a && b)`. */
  #settleSigns(offset: number): void {
    if ((this.#waiting & BANG) !== 0) this.#write(bang, offset)
    if ((this.#waiting & DASH) === 0) return
    if (this.#dashCounts()) this.#write(hyphen, offset)
    this.#waiting &= ~DASH
  }

  #write(codePoint: number, offset: number): void {
    this.#ink.put(codePoint, classes.SIGN, offset)
  }
}
