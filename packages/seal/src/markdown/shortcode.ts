/** An emoji's name between colons, `:tada:`; the parts of a time or of a C++ name are none. */
import { dash, isAsciiDigit, isAsciiLetter, plus, underscore } from './characters.ts'

export class Shortcode {
  /** All that came since the colon may be a name; a colon ends it. */
  isOpen = false

  /** A colon has come. */
  start(isBehindSpace: boolean): void {
    this.isOpen = isBehindSpace
  }

  /** Takes a character that is no colon; letters may be left out. */
  take(codePoint: number): void {
    if (isAsciiLetter(codePoint) || isAsciiDigit(codePoint)) return
    this.isOpen = codePoint === underscore || codePoint === dash || codePoint === plus
  }
}
