/** The skeleton as it is written: code points in NFC, with their offsets where a verifier wants them. */
import { isComposing } from './classes.ts'
import type { OffsetList } from './offset-list.ts'

// A cluster longer than this is written as it stands (no writing needs it; a flooder would make NFC quadratic).
const maxClusterUnits = 64

export class Ink {
  #out = ''
  /** Where in `#out` the last cluster begins that a composing character may still join; -1: none. */
  #open = -1
  readonly #offsets: OffsetList | undefined

  constructor(offsets?: OffsetList) {
    this.#offsets = offsets
  }

  /** Writes the ASCII characters `text[from]` to `text[to - 1]`; `offset` is that of the first. */
  run(text: string, from: number, to: number, offset: number): void {
    this.#out += to - from === 1 ? (text[from] as string) : text.slice(from, to)
    this.#open = this.#out.length - 1
    if (this.#offsets !== undefined) this.#offsets.addRun(offset, to - from)
  }

  put(codePoint: number, characterClass: number, offset: number): void {
    if (codePoint < 0x300) {
      this.#open = this.#out.length
      this.#out += String.fromCharCode(codePoint)
      this.#offsets?.add(offset)
    } else if (isComposing(codePoint, characterClass) && this.#open >= 0) this.#join(codePoint, offset)
    else this.#start(codePoint, offset)
  }

  /** Nothing that comes may join what is written. */
  close(): void {
    this.#open = -1
  }

  /** What is written and can no longer change. */
  take(): string {
    const out = this.#out
    if (this.#open < 0) {
      this.#out = ''
      return out
    }
    const settled = out.slice(0, this.#open)
    this.#out = out.slice(this.#open)
    this.#open = 0
    return settled
  }

  #start(codePoint: number, offset: number): void {
    this.#open = this.#out.length
    const character = wellFormed(codePoint)
    const normal = mayDecompose(codePoint) ? character.normalize('NFC') : character
    this.#out += normal
    if (this.#offsets !== undefined) for (const _ of normal) this.#offsets.add(offset)
  }

  #join(codePoint: number, offset: number): void {
    const cluster = this.#out.slice(this.#open)
    if (cluster.length > maxClusterUnits) {
      this.#out += String.fromCodePoint(codePoint)
      this.#open = -1
      this.#offsets?.add(offset)
      return
    }
    const joined = (cluster + String.fromCodePoint(codePoint)).normalize('NFC')
    this.#out = this.#out.slice(0, this.#open) + joined
    if (this.#offsets !== undefined) this.#offsets.resizeTail([...cluster].length, [...joined].length)
  }
}

function wellFormed(codePoint: number): string {
  return codePoint >= 0xd800 && codePoint <= 0xdfff ? '\ufffd' : String.fromCodePoint(codePoint)
}

/** True where NFC may change the character itself; a cheap superset that spares most scripts the question. */
function mayDecompose(codePoint: number): boolean {
  if (codePoint >= 0x3000 && codePoint < 0xf900) return false
  return codePoint >= 0x340 && !(codePoint > 0x387 && codePoint < 0x900)
}
