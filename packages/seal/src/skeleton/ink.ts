/** The skeleton as it is written: code points in NFC, with their offsets where a verifier wants them. */
import { isComposing } from './classes.ts'
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

  /** Writes the ASCII characters `text[from]` to `text[to - 1]`; `offset` is that of the first. */
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
    this.#cluster = (cluster + String.fromCodePoint(codePoint)).normalize('NFC')
    if (this.#offsets !== undefined) {
      this.#offsets.resizeTail([...cluster].length, [...this.#cluster].length)
    }
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
