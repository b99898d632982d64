/** The skeleton as it is written: code points in NFC, with their offsets where a verifier wants them. */
import { classOf, isComposing, mayDecompose, WORD } from './classes.ts'
import type { OffsetList } from './offset-list.ts'

// A cluster longer than this is written as it stands (no writing needs it; a flooder would make NFC quadratic).
const maxClusterUnits = 64

export class Ink {
  #settled = ''
  /** The last cluster, which a composing character may still join; empty: none. It stands apart, because to cut a long text again and again is quadratic. */
  #cluster = ''
  readonly #offsets: OffsetList | undefined

  constructor(offsets?: OffsetList) {
    this.#offsets = offsets
  }

  /** Writes the run `text[from]` to `text[to - 1]` as it is; `offset` is that of its first unit. */
  run(text: string, from: number, to: number, offset: number): void {
    this.#settled += this.#cluster
    if (to - from > 1) this.#settled += text.slice(from, to - 1)
    this.#cluster = text[to - 1] as string
    if (this.#offsets !== undefined) this.#offsets.addRun(offset, to - from)
  }

  put(codePoint: number, characterClass: number, offset: number): void {
    if (codePoint < 0x300) {
      this.#begin(String.fromCharCode(codePoint))
      this.#offsets?.add(offset)
    } else if (isComposing(codePoint, characterClass) && this.#cluster !== '') this.#join(codePoint, offset)
    else this.#start(codePoint, offset)
  }

  /** The letter last written becomes a small one. */
  lower(): void {
    this.#cluster = this.#cluster.toLowerCase()
  }

  /** Nothing that comes may join what is written. */
  close(): void {
    this.#begin('')
  }

  /** What is written and can no longer change. */
  take(): string {
    const settled = this.#settled
    this.#settled = ''
    return settled
  }

  #begin(cluster: string): void {
    this.#settled += this.#cluster
    this.#cluster = cluster
  }

  #start(codePoint: number, offset: number): void {
    const character = wellFormed(codePoint)
    const normal = mayDecompose(codePoint) ? character.normalize('NFC') : character
    this.#begin(normal)
    if (this.#offsets !== undefined) for (const _ of normal) this.#offsets.add(offset)
  }

  #join(codePoint: number, offset: number): void {
    const cluster = this.#cluster
    if (cluster.length > maxClusterUnits) {
      this.#begin('')
      this.#settled += String.fromCodePoint(codePoint)
      this.#offsets?.add(offset)
      return
    }
    if (cluster.length === 1 && standsBehind(codePoint, cluster.charCodeAt(0))) {
      this.#cluster += String.fromCharCode(codePoint)
      this.#offsets?.add(offset)
      return
    }
    const joined = cluster + String.fromCodePoint(codePoint)
    this.#cluster = joined.normalize('NFC')
    // What normalisation leaves where it stands keeps its own place.
    if (this.#cluster === joined) this.#offsets?.add(offset)
    else this.#offsets?.resizeTail([...cluster].length, [...this.#cluster].length)
  }
}

function wellFormed(codePoint: number): string {
  return codePoint >= 0xd800 && codePoint <= 0xdfff ? '\ufffd' : String.fromCodePoint(codePoint)
}

/** True for the marks of India's scripts that compose with nothing: most of them, and every second character of a text. */
function standsBehind(codePoint: number, base: number): boolean {
  if (codePoint < 0x900 || codePoint >= 0xe80 || composing.includes(codePoint)) return false
  return classOf(base) === WORD
}

const composing = [
  0x93c, 0x9be, 0x9d7, 0xb3e, 0xb56, 0xb57, 0xbbe, 0xbd7, 0xc56, 0xcc2, 0xcd5, 0xcd6, 0xd3e, 0xd57, 0xdca,
  0xdcf, 0xddf,
]
