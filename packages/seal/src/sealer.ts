/** The sealer: text in, the same text with marks out, at once. */
import type { Ending } from './claims.ts'
import { CodeText } from './code-text.ts'
import { encodeDetached } from './detached.ts'
import { frame } from './frame.ts'
import { checkEnd, MarkMaker } from './mark-maker.ts'
import { createScanner, type Scanner } from './scanner.ts'
import { SealError } from './seal-error.ts'
import { isCode, type SealerOptions, SIGN_TIMEOUT_MS, segmentLengths } from './sealer-options.ts'
import { isSegmentEnd, type SegmentLengths, segmentTarget } from './segment-length.ts'
import type { Stretch } from './stretch.ts'
import { endsInSelector, Unmarker } from './unmark.ts'

export type { SealerOptions }

/** What `finish` takes beside the ending. */
export interface FinishOptions {
  /** Every model that spoke, where it was not known at the start. */
  models?: string[]
  /** Keep the closing beside the text even where it could be appended: for a text that can no longer grow. Default false. */
  beside?: boolean
}

/** The last of a sealed text: what to append, and what to keep beside it. */
export interface SealEnd {
  /** To be appended to the text; may be empty. */
  text: string
  /** A printable string to keep beside the text, where the closing could not be appended. `verify` takes it. */
  detached?: string
}

/** Seals one text while it streams. */
export interface Sealer {
  /** The stream's id: 16 hexadecimal digits. */
  readonly streamId: string
  /** Takes any slice of the text and returns all of it, with the marks that are ready. Throws `SealError` (`SEALER_FINISHED`) after `finish`. */
  feed(text: string): string
  /** Closes the seal; `ending` says how the text ended (default `complete`). Rejects with `SealError`: `SIGNER_TIMEOUT`, `SIGNER_FAILED`, `SEALER_FINISHED`, `INVALID_CLAIMS`. */
  finish(ending?: Ending, options?: FinishOptions): Promise<SealEnd>
}

/**
 * Makes a sealer for one text. Throws `RangeError` or `SealError` (`INVALID_CLAIMS`) where an option cannot be used, `TypeError` for a custom claim that JSON cannot hold.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSealer, createSigner, generateKeys, strip, trustList, verify } from '@streamseal/seal'
 *
 * const { privateJwk, publicJwk } = await generateKeys('Ed25519')
 * const sealer = createSealer({ signer: await createSigner(privateJwk), claims: { model: 'demo' } })
 * let sent = ''
 * for (const delta of ['The cat ', 'sat on ', 'the mat.']) sent += sealer.feed(delta)
 * const { text } = await sealer.finish('complete')
 * sent += text
 * assert.equal(strip(sent), 'The cat sat on the mat.')
 * assert.equal((await verify(sent, { trust: trustList(publicJwk) })).status, 'intact')
 * ```
 */
export function createSealer(options: SealerOptions): Sealer {
  return new StreamSealer(options)
}

class StreamSealer implements Sealer {
  readonly #marks: MarkMaker
  readonly #lengths: SegmentLengths
  /** In UTF-16 units. */
  #segmentTarget: number
  readonly #signTimeoutMs: number
  readonly #scanner: Scanner
  readonly #unmarker = new Unmarker()
  /** There where the text is code or data: it has a skeleton of its own. */
  readonly #code: CodeText | undefined
  #stretch: Stretch
  /** UTF-16 units fed, before this chunk and before this segment. */
  #fedUnits = 0
  #segmentStart = 0
  /** The same, of the place that `#stretch` has marked. */
  #markedAt = 0
  /** Half of a surrogate pair at the end of a chunk. */
  #half = ''
  /** The last two units of what was fed. */
  #last = ''
  /** This segment holds something that renderers disagree about. */
  #notComparable = false
  #finished = false

  constructor(options: SealerOptions) {
    this.#lengths = segmentLengths(options)
    this.#marks = new MarkMaker(options)
    this.#segmentTarget = segmentTarget(0, this.#lengths)
    this.#signTimeoutMs = options.signTimeoutMs ?? SIGN_TIMEOUT_MS
    this.#scanner = createScanner(options)
    if (isCode(options.format)) this.#code = new CodeText()
    this.#stretch = this.#marks.startStretch()
  }

  get streamId(): string {
    return this.#marks.streamId
  }

  feed(text: string): string {
    if (this.#finished) throw finished('feed more text')
    if (typeof text !== 'string') throw new TypeError(`Cannot seal a ${typeof text}: feed takes text`)
    let out = ''
    let from = 0
    for (let end = lineEnd(text, 0); end >= 0; end = lineEnd(text, end + 1)) {
      if (end > from) out += this.#feedPart(text.slice(from, end))
      this.#noticeLineEnd()
      from = end
    }
    return from === 0 ? this.#feedPart(text) : out + this.#feedPart(text.slice(from))
  }

  async finish(
    ending: Ending = 'complete',
    { models, beside = false }: FinishOptions = {},
  ): Promise<SealEnd> {
    if (this.#finished) throw finished('finish')
    checkEnd(ending, models)
    this.#finished = true
    const canAppend = !beside && this.#endsInProse
    this.#scanner.end()
    this.#seeComparable()
    this.#measureRest()
    this.#marks.addClosing(this.#stretch.close(), this.#notComparable, ending, models)
    await this.#marks.queue.settle(this.#signTimeoutMs)
    const payloads = this.#marks.queue.takeReady(this.#marks.end)
    return canAppend
      ? { text: payloads.map(frame).join('') }
      : { text: '', detached: encodeDetached(payloads) }
  }

  /** Takes a part of a chunk in which no line ends, but perhaps before it. */
  #feedPart(text: string): string {
    let out = ''
    let sent = 0
    let measured = 0
    for (let at = this.#scanner.next(text, 0); at >= 0; at = this.#scanner.next(text, at)) {
      this.#seeComparable()
      if (!this.#isWanted(at) || this.#isBehindSelector(text, at)) continue
      this.#measure(text.slice(measured, at))
      measured = at
      if (this.#isSegmentEnd(at)) this.#endSegment(at)
      else if (this.#mayEndLater(at)) this.#mark(at)
      const marks = this.#readyMarks()
      if (marks === '') continue
      out += text.slice(sent, at) + marks
      sent = at
    }
    this.#seeComparable()
    this.#measure(text.slice(measured))
    this.#fedUnits += text.length
    this.#last = text.length > 1 ? text.slice(-2) : this.#last.slice(-1) + text
    return out === '' ? text : out + text.slice(sent)
  }

  /** Whether something is to be done at a safe place. */
  #isWanted(at: number): boolean {
    if (this.#marks.queue.hasReady || this.#isSegmentEnd(at)) return true
    return this.#scanner.boundary !== 'word' && this.#mayEndLater(at)
  }

  /** A run that is not ours may be too long for marks: ours stand apart from it. */
  #isBehindSelector(text: string, at: number): boolean {
    return at >= 2
      ? endsInSelector(text, at)
      : endsInSelector(this.#last + text.slice(0, at), this.#last.length + at)
  }

  get #endsInProse(): boolean {
    return this.#scanner.canClose() && !endsInSelector(this.#last, this.#last.length)
  }

  /** Something that renderers disagree about has come: what stood before it is a segment of its own, as far back as is remembered. */
  #seeComparable(): void {
    if (!this.#scanner.takeNotComparable()) return
    if (!this.#notComparable && this.#stretch.isMarked) this.#endSegmentAtMark()
    this.#notComparable = true
  }

  #isSegmentEnd(at: number): boolean {
    return this.#isLongEnough(at, this.#notComparable)
  }

  /** Whether the segment may be ended here once something comes that renderers disagree about. */
  #mayEndLater(at: number): boolean {
    return !this.#notComparable && this.#isLongEnough(at, true)
  }

  #isLongEnough(at: number, isApart: boolean): boolean {
    const units = this.#fedUnits + at - this.#segmentStart
    return isSegmentEnd(units, this.#segmentTarget, this.#scanner.boundary, isApart)
  }

  /** A line end follows: no place for a mark, but a segment may end there. */
  #noticeLineEnd(): void {
    if (!this.#mayEndLater(0) || !this.#endsInProse) return
    this.#scanner.settle()
    this.#measure('')
    this.#mark(0)
  }

  #mark(at: number): void {
    this.#stretch.mark()
    this.#markedAt = this.#fedUnits + at
  }

  #measure(piece: string): void {
    const text = this.#half === '' ? piece : this.#half + piece
    const isCut = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800
    this.#half = isCut ? text.slice(-1) : ''
    this.#push(this.#unmarker.push(isCut ? text.slice(0, -1) : text))
  }

  #measureRest(): void {
    this.#measure('')
    this.#push(this.#unmarker.end() + this.#half)
  }

  #push(exact: string): void {
    const skeleton = this.#scanner.takeSkeleton()
    this.#stretch.push(exact, this.#code ? this.#code.push(exact) : skeleton)
  }

  #endSegment(at: number): void {
    this.#stretch.exact.push(this.#unmarker.end())
    this.#startSegment(this.#fedUnits + at)
    this.#notComparable = false
  }

  /** Its mark stands at the next safe place all the same: nothing that was sent can be marked any more. */
  #endSegmentAtMark(): void {
    const rest = this.#stretch.cut()
    this.#startSegment(this.#markedAt)
    this.#stretch.push(rest.exact, rest.skeleton)
  }

  /** Binds the stretch so far; the next segment starts `at` so many units of what was fed. */
  #startSegment(at: number): void {
    this.#marks.addSegment(this.#stretch.close(), this.#notComparable)
    this.#stretch = this.#marks.startStretch()
    this.#segmentStart = at
    this.#segmentTarget = segmentTarget(this.#marks.count, this.#lengths)
  }

  #readyMarks(): string {
    const { queue, end } = this.#marks
    if (!queue.hasReady) return ''
    const at = {
      exact: end.exact + this.#stretch.exact.length,
      skeleton: end.skeleton + this.#stretch.skeleton.length,
    }
    return queue.takeReady(at).map(frame).join('')
  }
}

/** The next line feed or carriage return; -1 where there is none. */
function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0x0a || unit === 0x0d) return at
  }
  return -1
}

function finished(action: string): SealError {
  return new SealError(`Cannot ${action}: the seal is finished`, { code: 'SEALER_FINISHED' })
}
