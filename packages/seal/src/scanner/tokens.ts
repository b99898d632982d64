/** The token that is being read (everything since the last white space), and how far the line and the search for a place have come. */
import { CLOSED, COMBINING, IDEOGRAPH, KANA, letterKind, NO_LETTER } from './letters.ts'

// From here on in a line a mark can stand: what may still turn out to be a label or a heading is mostly shorter.
const firstColumn = 40
const firstWideColumn = 16
// After so many letters without a place, one is taken nearer to the line's start, but never behind its first word.
const patience = 300
const firstColumnOfTheImpatient = 8

const EMPTY = 0
const LETTERS = 1
const STOP = 2
const WIDE_STOP = 3
const OTHER = 4

// Of Latin, Arabic, Urdu, Devanagari (and its relatives), Myanmar, Khmer, Armenian, Ethiopic.
const stops = new Set(
  [...'.!?\u061f\u06d4\u0964\u0965\u104b\u17d4\u0589\u1362'].map(stop => stop.charCodeAt(0)),
)
const phraseStops = new Set([...'\u104a'].map(stop => stop.charCodeAt(0)))
const wideStops = new Set([...'。！？．｡'].map(stop => stop.charCodeAt(0)))
const ofAddresses = new Set([...'/:@\\.#?=&%_~'].map(sign => sign.charCodeAt(0)))

export class Tokens {
  /** Code points since the line's start. */
  column = 0
  /** Letters since the last place. */
  letters = 0
  #state = EMPTY
  #needsStop = false
  #afterLetter = false
  #mayBeAddress = false
  #isPhrase = false
  /** How many letters w the token consists of; negative where of others, too. */
  #ws = 0

  /** True where a mark may stand before `next`, a UTF-16 unit, as far as tokens tell. */
  allowsPlaceBefore(next: number): boolean {
    if (next === 0x20) return this.endsInWord && this.#isFarEnough()
    if (this.#state !== WIDE_STOP || next < 0x3005) return false
    const kind = letterKind(next)
    return (kind === IDEOGRAPH || kind === KANA) && this.#isFarEnough()
  }

  /** True behind a word of letters only, or behind its sentence stop. */
  get endsInWord(): boolean {
    if (this.#state === LETTERS) return !this.#needsStop
    return this.#state === STOP || this.#state === WIDE_STOP
  }

  get endsInStop(): boolean {
    return (this.#state === STOP && !this.#isPhrase) || this.#state === WIDE_STOP
  }

  /** Takes the ASCII letters `text[from]` to `text[to - 1]`. */
  takeLetters(text: string, from: number, to: number): void {
    const count = to - from
    for (let at = from; at < to && this.#ws >= 0; at++) this.#countW(text.charCodeAt(at))
    this.column += count
    this.letters += count
    this.#afterLetter = true
    this.#state = this.#state <= LETTERS ? LETTERS : OTHER
  }

  take(codePoint: number): void {
    this.column++
    if (codePoint === 0x0a || codePoint === 0x0d) this.column = 0
    if (isWhite(codePoint)) {
      this.#startToken()
      return
    }
    const kind = letterKind(codePoint)
    if (kind === NO_LETTER) {
      this.#takeSign(codePoint)
      return
    }
    if (kind !== COMBINING) this.letters++
    this.#countW(codePoint)
    if (kind === CLOSED || kind === IDEOGRAPH || kind === KANA) this.#needsStop = true
    const begins = this.#state === EMPTY && kind !== COMBINING
    this.#afterLetter = kind !== COMBINING || this.#afterLetter
    this.#state = begins || this.#state === LETTERS ? LETTERS : OTHER
  }

  #startToken(): void {
    this.#state = EMPTY
    this.#needsStop = false
    this.#afterLetter = false
    this.#mayBeAddress = false
    this.#ws = 0
  }

  /** Linkifiers take whatever stands behind `www.` for an address, a mark too. */
  #countW(codePoint: number): void {
    const isW = (codePoint | 0x20) === 0x77
    this.#ws = isW && this.#ws >= 0 ? this.#ws + 1 : -1
  }

  #takeSign(codePoint: number): void {
    this.#isPhrase = phraseStops.has(codePoint)
    const isStop = stops.has(codePoint) || this.#isPhrase
    if (wideStops.has(codePoint) && this.#afterLetter && !this.#mayBeAddress) this.#state = WIDE_STOP
    else this.#state = isStop && this.#state === LETTERS && this.#ws !== 3 ? STOP : OTHER
    if (ofAddresses.has(codePoint)) this.#mayBeAddress = true
    this.#afterLetter = false
  }

  #isFarEnough(): boolean {
    if (this.column >= (this.#state === WIDE_STOP ? firstWideColumn : firstColumn)) return true
    return this.letters >= patience && this.column >= firstColumnOfTheImpatient
  }
}

function isWhite(codePoint: number): boolean {
  if (codePoint <= 0x20) return codePoint === 0x20 || (codePoint >= 9 && codePoint <= 13)
  return codePoint === 0xa0 || codePoint === 0x3000 || (codePoint >= 0x2000 && codePoint <= 0x200a)
}
