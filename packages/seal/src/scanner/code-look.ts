/** Tells prose from code and data that nobody fenced. A guess, on the careful side: a line that looks like code gets no mark, and what follows it none until it looks like prose. */
import { isAsciiLetter } from '../markdown/characters.ts'

const keywords = new Set(
  (
    'import from def class const let var function return if elif else for while do switch case try catch throw public private ' +
    'protected static void int package using namespace export async await fn func struct type enum interface impl use mod ' +
    'lambda yield raise with global print echo sudo npm npx yarn pnpm git pip pip3 python python3 node cd ls mkdir rm cp mv ' +
    'curl wget docker kubectl brew apt make cargo go java ssh scp chmod cat grep sed awk set unset select insert update delete ' +
    'create SELECT INSERT UPDATE DELETE CREATE ALTER DROP FROM WHERE JOIN LEFT INNER GROUP ORDER HAVING LIMIT SET VALUES ' +
    'BEGIN COMMIT FROM RUN COPY WORKDIR EXPOSE CMD ENTRYPOINT GET POST PUT PATCH HTTP'
  ).split(' '),
)

const longestKeyword = 10
const wordsOfProse = 5
const commasOfData = 2
// A line that has so many words is prose that quotes a formula; `x = …` is code.
const wordsBeforeFormula = 6

export class CodeLook {
  /** No mark on this line any more. */
  isCode = false
  /** The lines before looked like code: no mark until a sentence has come. */
  #doubt = false
  #atStart = true
  /** Brackets that the text began with and has not closed; it is data as long as there are any. */
  #brackets = 0
  #isData = false
  #head = ''
  #headIsOpen = true
  #words = 0
  #tightCommas = 0
  #last = 0
  #lastInk = 0
  #lineIsEmpty = true

  get allowsMarks(): boolean {
    return !this.isCode && !this.#doubt && !this.#isData
  }

  /** Takes the ASCII letters `text[from]` to `text[to - 1]`. */
  takeLetters(text: string, from: number, to: number): void {
    this.#noticeLetter()
    if (this.#headIsOpen && this.#head.length <= longestKeyword)
      this.#head += text.slice(from, Math.min(to, from + longestKeyword + 1))
    this.#last = 0x61
    this.#lastInk = 0x61
  }

  take(codePoint: number): void {
    if (codePoint === 0x0a || codePoint === 0x0d) this.#endLine()
    else if (codePoint === 0x20) this.#endWord()
    else if (isAsciiLetter(codePoint)) this.takeLetters(String.fromCharCode(codePoint), 0, 1)
    else if (codePoint > 0x7f) this.#noticeLetter()
    else this.#takeSign(codePoint)
    this.#last = codePoint
    if (codePoint > 0x20) this.#lastInk = codePoint
  }

  /** Passes over a character that is no text: of a marker, a tag, code. What follows does not begin the line. */
  skip(): void {
    this.#headIsOpen = false
  }

  #noticeLetter(): void {
    this.#lineIsEmpty = false
    this.#atStart = false
    if (this.#last === 0x2c && ++this.#tightCommas >= commasOfData) this.isCode = true
    if (this.#lastInk === 0x3b && this.#last === 0x3b) this.isCode = true
  }

  #endWord(): void {
    if (this.#headIsOpen && !this.#lineIsEmpty) {
      this.#headIsOpen = false
      if (keywords.has(this.#head)) this.isCode = true
    }
    if (this.#last !== 0x20 && !this.#lineIsEmpty) this.#words++
    const sentenceEnds =
      this.#last === 0x2e || this.#last === 0x21 || this.#last === 0x3f || this.#last > 0x7f
    if (this.#doubt && !this.isCode && sentenceEnds && this.#words >= wordsOfProse) this.#doubt = false
  }

  #takeSign(codePoint: number): void {
    const character = String.fromCharCode(codePoint)
    if (this.#atStart && codePoint > 0x20) this.#isData = character === '{' || character === '['
    if (codePoint > 0x20) this.#atStart = false
    if (this.#isData) this.#countBracket(character)
    // A key of YAML, an HTTP header, a label of assembler: `name: value` in small letters.
    if (character === ':' && this.#headIsOpen && /^[a-z]/.test(this.#head)) this.isCode = true
    if ('{}\t'.includes(character)) this.isCode = true
    if (character === '=' && this.#words < wordsBeforeFormula) this.isCode = true
    if (character === '\\') this.isCode = true
    if (this.#headIsOpen && codePoint > 0x20 && character !== '_') this.#headIsOpen = false
    if (this.#startsPath(character)) this.isCode = true
    if (codePoint > 0x20) this.#lineIsEmpty = false
  }

  /** `/usr/My Files`, `~/x`, `./x`: a path may hold spaces. */
  #startsPath(character: string): boolean {
    if (character !== '/') return false
    return (
      this.#last === 0 ||
      this.#last === 0x20 ||
      this.#last === 0x0a ||
      this.#last === 0x7e ||
      this.#last === 0x2e
    )
  }

  #countBracket(character: string): void {
    if (character === '{' || character === '[') this.#brackets++
    if (character === '}' || character === ']') this.#brackets--
  }

  #endLine(): void {
    const endsLikeCode = this.#lastInk === 0x3b || this.#lastInk === 0x7b || this.#lastInk === 0x7d
    if (!this.#lineIsEmpty && (this.isCode || endsLikeCode)) this.#doubt = true
    if (this.#isData && this.#lineIsEmpty && this.#brackets <= 0) this.#isData = false
    this.isCode = false
    this.#head = ''
    this.#headIsOpen = true
    this.#words = 0
    this.#tightCommas = 0
    this.#lastInk = 0
    this.#lineIsEmpty = true
  }
}
