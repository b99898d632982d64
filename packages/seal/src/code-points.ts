/** Code points of a text by number, without an array of them: every 512th is remembered. */

const STEP = 512

/** Turns code point numbers into UTF-16 offsets and back; offsets outside the text are moved to its ends. */
export class CodePoints {
  readonly #text: string
  /** Code points before each `STEP`th unit; empty where every code point is one unit. */
  readonly #before: number[] = []
  readonly count: number

  /** `isSimple`: the caller knows that every code point is one unit. */
  constructor(text: string, isSimple = false) {
    this.#text = text
    this.count = !isSimple && /[\ud800-\udbff]/.test(text) ? this.#remember() : text.length
  }

  toUnit(codePoint: number): number {
    const wanted = Math.max(0, Math.min(codePoint, this.count))
    if (this.#before.length === 0) return wanted
    const block = lastAtMost(this.#before, wanted)
    let seen = this.#before[block] as number
    let unit = block * STEP
    for (; unit < this.#text.length; unit++) {
      if (this.#isLow(unit)) continue
      if (seen === wanted) break
      seen++
    }
    return unit
  }

  fromUnit(unit: number): number {
    const wanted = Math.max(0, Math.min(unit, this.#text.length))
    if (this.#before.length === 0) return wanted
    const block = Math.min(Math.floor(wanted / STEP), this.#before.length - 1)
    let seen = this.#before[block] as number
    for (let at = block * STEP; at < wanted; at++) if (!this.#isLow(at)) seen++
    return seen
  }

  #remember(): number {
    let seen = 0
    for (let unit = 0; unit < this.#text.length; unit++) {
      if (unit % STEP === 0) this.#before.push(seen)
      if (!this.#isLow(unit)) seen++
    }
    return seen
  }

  /** Whether `unit` is the second half of a pair. */
  #isLow(unit: number): boolean {
    return (
      (this.#text.charCodeAt(unit) & 0xfc00) === 0xdc00 &&
      (this.#text.charCodeAt(unit - 1) & 0xfc00) === 0xd800
    )
  }
}

/** The index of the last number that is at most `limit`; the numbers ascend and the first is 0. */
export function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((numbers[middle] as number) <= limit) low = middle
    else high = middle
  }
  return low
}
