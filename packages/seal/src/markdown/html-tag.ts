/** An autolink, or one piece of raw HTML (CommonMark 0.31.2 §6.5, §6.6): tag, comment, instruction, declaration, CDATA. */
import * as c from './characters.ts'
import type { Recogniser } from './hold.ts'
import { DONE, FAIL, MORE } from './hold.ts'

type State =
  | 'start'
  | 'open'
  | 'name'
  | 'autolink'
  | 'closing'
  | 'closing-name'
  | 'between'
  | 'attribute'
  | 'after-attribute'
  | 'before-value'
  | 'value'
  | 'bare-value'
  | 'spaced'
  | 'slash'
  | 'declaration'
  | 'comment'
  | 'instruction'

export class HtmlTag implements Recogniser {
  /** True where what was recognised is `<scheme:…>` or `<address@host>`: text, not markup. */
  isAutolink = false
  /** The tag's name in lower case, as far as 16 characters; `!` or `?` for the rest. */
  name = ''
  #state: State = 'start'
  #quote = 0
  #last = 0
  #beforeLast = 0
  /** The characters behind `<!`. */
  #declared = 0
  #lineEnded = false

  reset(): void {
    this.isAutolink = false
    this.name = ''
    this.#state = 'start'
    this.#last = 0
    this.#beforeLast = 0
    this.#declared = 0
    this.#lineEnded = false
  }

  take(codePoint: number): number {
    if (codePoint === c.lineFeed && this.#lineEnded) return FAIL
    if (codePoint === c.lineFeed) this.#lineEnded = true
    else if (!c.isBlank(codePoint)) this.#lineEnded = false
    const verdict = this.#takeInState(codePoint)
    this.#beforeLast = this.#last
    this.#last = codePoint
    return verdict
  }

  #takeInState(codePoint: number): number {
    switch (this.#state) {
      case 'start':
        this.#state = 'open'
        return codePoint === c.less ? MORE : FAIL
      case 'open':
        return this.#takeOpen(codePoint)
      case 'name':
      case 'autolink':
        return this.#takeName(codePoint)
      case 'closing':
      case 'closing-name':
        return this.#takeClosing(codePoint)
      case 'declaration':
      case 'comment':
      case 'instruction':
        return this.#takeUntilEnd(codePoint)
      default:
        return this.#takeAttributes(codePoint)
    }
  }

  #takeOpen(codePoint: number): number {
    if (c.isAsciiLetter(codePoint)) {
      this.name = String.fromCharCode(codePoint | 0x20)
      this.#state = 'name'
      return MORE
    }
    if (codePoint === c.slash) this.#state = 'closing'
    else if (codePoint === c.bang) this.#state = 'declaration'
    else if (codePoint === c.question) this.#state = 'instruction'
    else return FAIL
    this.name = String.fromCharCode(codePoint)
    return MORE
  }

  #takeName(codePoint: number): number {
    if (this.#state === 'autolink' || this.isAutolink) return this.#takeAutolink(codePoint)
    if (c.isAsciiLetter(codePoint) || c.isAsciiDigit(codePoint) || codePoint === c.dash) {
      if (this.name.length < 16) this.name += String.fromCharCode(codePoint).toLowerCase()
      return MORE
    }
    if (c.isBlank(codePoint) || codePoint === c.slash || codePoint === c.greater)
      return this.#between(codePoint)
    this.#state = 'autolink'
    return this.#takeAutolink(codePoint)
  }

  /** `isAutolink` once a colon or an at sign has come; before that only what a scheme or a mailbox may hold. */
  #takeAutolink(codePoint: number): number {
    if (codePoint === c.greater) return this.isAutolink ? DONE : FAIL
    if (codePoint <= c.space || codePoint === c.less) return FAIL
    if (codePoint === c.colon || codePoint === c.at) this.isAutolink = true
    else if (!this.isAutolink && !isMailbox(codePoint)) return FAIL
    return MORE
  }

  #takeClosing(codePoint: number): number {
    if (this.#state === 'closing') {
      this.#state = 'closing-name'
      this.name = String.fromCharCode(codePoint).toLowerCase()
      return c.isAsciiLetter(codePoint) ? MORE : FAIL
    }
    if (codePoint === c.greater) return DONE
    if (c.isBlank(codePoint)) return MORE
    if (c.isBlank(this.#last)) return FAIL
    if (this.name.length < 16) this.name += String.fromCharCode(codePoint).toLowerCase()
    return isNameCharacter(codePoint) ? MORE : FAIL
  }

  #takeUntilEnd(codePoint: number): number {
    if (this.#state === 'declaration') {
      this.#declared++
      if (this.#declared === 2 && this.#last === c.dash && codePoint === c.dash) this.#state = 'comment'
    }
    if (codePoint !== c.greater) return MORE
    if (this.#state === 'comment') return this.#last === c.dash && this.#beforeLast === c.dash ? DONE : MORE
    if (this.#state === 'instruction') return this.#last === c.question ? DONE : MORE
    return DONE
  }

  #takeAttributes(codePoint: number): number {
    switch (this.#state) {
      case 'between':
      case 'after-attribute':
        return this.#between(codePoint)
      case 'attribute':
        if (isAttributeCharacter(codePoint)) return MORE
        return this.#afterAttribute(codePoint)
      case 'before-value':
        return this.#beforeValue(codePoint)
      case 'value':
        if (codePoint === this.#quote) this.#state = 'spaced'
        return MORE
      case 'bare-value':
        if (c.isBlank(codePoint) || codePoint === c.greater) return this.#between(codePoint)
        return isBareValue(codePoint) ? MORE : FAIL
      case 'spaced':
        if (c.isBlank(codePoint) || codePoint === c.slash || codePoint === c.greater)
          return this.#between(codePoint)
        return FAIL
      default:
        return codePoint === c.greater ? DONE : FAIL
    }
  }

  #between(codePoint: number): number {
    if (codePoint === c.greater) return DONE
    if (codePoint === c.equals && this.#state === 'after-attribute') {
      this.#state = 'before-value'
      return MORE
    }
    if (codePoint === c.slash) this.#state = 'slash'
    else if (c.isBlank(codePoint))
      this.#state = this.#state === 'after-attribute' ? 'after-attribute' : 'between'
    else if (c.isAsciiLetter(codePoint) || codePoint === c.underscore || codePoint === c.colon)
      this.#state = 'attribute'
    else return FAIL
    return MORE
  }

  #afterAttribute(codePoint: number): number {
    this.#state = 'after-attribute'
    if (!c.isBlank(codePoint) && codePoint !== c.equals && codePoint !== c.slash && codePoint !== c.greater)
      return FAIL
    return this.#between(codePoint)
  }

  #beforeValue(codePoint: number): number {
    if (c.isBlank(codePoint)) return MORE
    if (codePoint === c.doubleQuote || codePoint === c.singleQuote) {
      this.#quote = codePoint
      this.#state = 'value'
      return MORE
    }
    this.#state = 'bare-value'
    return isBareValue(codePoint) ? MORE : FAIL
  }
}

function isNameCharacter(codePoint: number): boolean {
  return c.isAsciiLetter(codePoint) || c.isAsciiDigit(codePoint) || codePoint === c.dash
}

function isAttributeCharacter(codePoint: number): boolean {
  return (
    isNameCharacter(codePoint) || codePoint === c.underscore || codePoint === c.dot || codePoint === c.colon
  )
}

function isBareValue(codePoint: number): boolean {
  return codePoint > c.space && !'"\'=<>`'.includes(String.fromCodePoint(codePoint))
}

function isMailbox(codePoint: number): boolean {
  return (
    isNameCharacter(codePoint) ||
    (codePoint < 0x7f && ".!#$%&'*+/=?^_`{|}~".includes(String.fromCharCode(codePoint)))
  )
}
