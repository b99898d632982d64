/** A list's own mark at the beginning of a line: `12.`, `3)`, a bullet, a task box (with or without a bullet before it). */
import { isAsciiDigit, isBlank, lineFeed } from '../markdown/characters.ts'

// Word processors and some browsers indent lists with it.
const noBreakSpace = 0xa0
const bullets = '·•◦▪▫‣⁃○●■□*+-–'
const boxes = '☐☑☒'

export class ListMark {
  /** True behind the place on the line where a mark can stand. */
  isPast = false
  #text = ''

  /** Takes a character at the beginning of a line, or a line end; returns what turns out to be text, without this character. */
  take(codePoint: number): string {
    if (codePoint === lineFeed) return this.#endLine()
    if (isBlank(codePoint) || codePoint === noBreakSpace) return this.#takeBlank()
    this.#text += String.fromCodePoint(codePoint)
    if (couldBeMark(this.#text)) return ''
    const text = this.#text.slice(0, -String.fromCodePoint(codePoint).length)
    this.#text = ''
    this.isPast = true
    return text
  }

  #takeBlank(): string {
    if (this.#text === '[') {
      this.#text += ' '
      return ''
    }
    // The mark is complete; a task box may still follow a bullet.
    const text = this.#text
    this.#text = ''
    if (text === '' || isMark(text)) return ''
    this.isPast = true
    return text
  }

  #endLine(): string {
    const text = isMark(this.#text) ? '' : this.#text
    this.#text = ''
    this.isPast = false
    return text
  }
}

function couldBeMark(text: string): boolean {
  if (text.length === 1) return text === '[' || isAsciiDigit(text.charCodeAt(0)) || isMark(text)
  if (text.startsWith('[')) return /^\[[ xX]\]?$/.test(text)
  return /^\d{1,9}[.)]?$/.test(text)
}

function isMark(text: string): boolean {
  return (
    /^(?:\d{1,9}[.)]|\[[ xX]\])$/.test(text) ||
    (text.length === 1 && (bullets.includes(text) || boxes.includes(text)))
  )
}
