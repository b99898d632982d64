/** Puts a block at the first possible place of a text that comes in pieces; however it is cut, the result is the same. */
import type { Block } from './block.ts'
import { isBoundary, isHigh, lastCodePoint } from './place.ts'
import { isPlaced, targetPattern } from './targets.ts'

/**
 * The machine behind every way of embedding once. Each piece is returned at once; the block goes out as soon as the character after its place is
 * known. Only the first half of a surrogate pair is kept back until its other half comes, while the place is still sought.
 */
export class Placer {
  /** Whether the block is in the text. */
  isPlaced = false
  readonly #block: Block
  readonly #pattern: RegExp | undefined
  /** The last two code points that were returned: a place may lie after them, and the pattern looks one further back. */
  #before = ''
  #half = ''
  #hasText = false
  /** The last two UTF-16 units that were returned. */
  #tail = ''
  #ended = false

  constructor(block: Block) {
    this.#block = block
    this.#pattern = isPlaced(block.target) ? targetPattern(block.target) : undefined
  }

  /** The next piece, with the block where its place is in it. */
  feed(piece: string): string {
    if (this.isPlaced || !this.#pattern || this.#ended) return this.#pass(piece)
    const whole = this.#half + piece
    this.#half = isHigh(whole.charCodeAt(whole.length - 1)) ? whole.slice(-1) : ''
    const text = whole.slice(0, whole.length - this.#half.length)
    const window = this.#before + text
    const place = this.#find(window)
    if (place === undefined) {
      this.#before = lastTwo(window)
      return this.#pass(text)
    }
    const held = this.#half
    this.#half = ''
    return this.#insert(text, place - this.#before.length) + this.#pass(held)
  }

  /** What is still owed at the end of the text: a half of a pair, and the block where only the end gave it a place. */
  end(): string {
    if (this.#ended) return ''
    this.#ended = true
    const half = this.#half
    this.#half = ''
    if (this.isPlaced) return ''
    if (half !== '') return this.#endAfterHalf(half)
    return this.#endsWithPlace(this.#before) ? this.#insert('', 0) : ''
  }

  // A pair that never came whole: what stands before it is a place like any other.
  #endAfterHalf(half: string): string {
    const window = this.#before + half
    const place = this.#find(window)
    if (place !== undefined) return this.#insert(half, place - this.#before.length)
    this.#before = lastTwo(window)
    const text = this.#pass(half)
    return text + (this.#endsWithPlace(window) ? this.#insert('', 0) : '')
  }

  #pass(text: string): string {
    this.#hasText ||= text !== ''
    this.#tail = (this.#tail + text.slice(-2)).slice(-2)
    return text
  }

  #insert(text: string, index: number): string {
    const { target, selectors } = this.#block
    const block = target === 'file_end_zwnbsp' ? `\ufeff${selectors}` : selectors
    this.isPlaced = true
    return this.#pass(text.slice(0, index)) + block + this.#pass(text.slice(index))
  }

  /** The first place that is not before what has gone out already, and whose next character is known. */
  #find(window: string): number | undefined {
    const pattern = this.#pattern
    if (!pattern) return undefined
    pattern.lastIndex = 0
    while (pattern.test(window)) {
      const end = pattern.lastIndex
      if (end >= window.length) return undefined
      if (
        end >= this.#before.length &&
        end > 0 &&
        isBoundary(window, end) &&
        !endsInSupplement(window.slice(0, end))
      )
        return end
    }
    return undefined
  }

  #endsWithPlace(window: string): boolean {
    if (this.#block.target !== 'file_end_zwnbsp' && endsInSupplement(this.#tail)) return false
    if (!this.#pattern) return this.#block.target !== 'none' && this.#hasText
    const pattern = this.#pattern
    pattern.lastIndex = 0
    while (pattern.test(window)) if (pattern.lastIndex === window.length) return true
    return false
  }
}

function lastTwo(text: string): string {
  const last = lastCodePoint(text, text.length)
  return lastCodePoint(text, text.length - last.length) + last
}

/** A selector of the text's own (U+E0100–U+E01EF) before the block would be read as its first byte. */
function endsInSupplement(text: string): boolean {
  return /\udb40[\udd00-\uddef]$/.test(text)
}
