/** The sealer: text in, the same text with marks out, at once. */
import { fromHex, toHex } from './bytes.ts'
import { checkClaims, checkModels } from './check-claims.ts'
import type { Claims, Ending } from './claims.ts'
import { encodeDetached } from './detached.ts'
import { Chain, openingDigest } from './digests.ts'
import { frame } from './frame.ts'
import {
  type Closing,
  encodeFields,
  encodeOpening,
  type Lag,
  LONG_HINT_BYTES,
  type Segment,
  SHORT_HINT_BYTES,
  STREAM_ID_BYTES,
  type Unsigned,
} from './payload.ts'
import { createScanner, type Format, type Scanner } from './scanner.ts'
import { SealError } from './seal-error.ts'
import { isSegmentEnd, MAX_SEGMENTS, NOT_COMPARABLE_SHARE, segmentTarget } from './segment-length.ts'
import type { Signer } from './signer.ts'
import { SigningQueue, thumbprintOf } from './signing-queue.ts'
import { Stretch } from './stretch.ts'
import { type Now, toMs } from './time.ts'
import { endsInSelector, Unmarker } from './unmark.ts'

/** What `createSealer` takes. */
export interface SealerOptions {
  signer: Signer
  claims: Claims
  /** `full` (default): the text is sealed while it streams, every prefix and excerpt counts. `light`: one mark at the end. */
  profile?: 'full' | 'light'
  /** How the text is to be read; `code` and `json` are sealed beside the text only. Default `markdown`. */
  format?: Format
  /** A segment ends at the first sentence after so many UTF-16 units (default 500, at least 1); after the first 24 they grow. */
  segmentChars?: number
  /** 16 hexadecimal digits; default: random. Never use one twice. */
  streamId?: string
  /** The clock for `issuedAt`; default: now. */
  now?: Now
  /** How long `finish` waits for the signer, in milliseconds; default 10,000. */
  signTimeoutMs?: number
}

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
 * Makes a sealer for one text. Throws `RangeError` or `SealError` (`INVALID_CLAIMS`) where an option cannot be used.
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

const endings: readonly Ending[] = ['complete', 'aborted', 'length-limited', 'failed']

class StreamSealer implements Sealer {
  readonly streamId: string
  readonly #id: Uint8Array
  readonly #signer: Signer
  readonly #thumbprint: Uint8Array
  readonly #claims: Claims
  readonly #maxSegments: number
  readonly #segmentChars: number
  /** In UTF-16 units. */
  #segmentTarget: number
  readonly #signTimeoutMs: number
  readonly #scanner: Scanner
  readonly #queue: SigningQueue
  readonly #unmarker = new Unmarker()
  readonly #chain = new Chain()
  #stretch: Stretch
  #index = 0
  /** UTF-16 units fed, before this chunk and before this segment. */
  #fedUnits = 0
  #segmentStart = 0
  /** Lengths of all closed stretches together. */
  readonly #closed: Lag = { exact: 0, skeleton: 0 }
  /** Half of a surrogate pair at the end of a chunk. */
  #half = ''
  /** A text that ends as what was fed does, with its last two units at least. */
  #last = ''
  /** This segment holds something that renderers disagree about. */
  #notComparable = false
  #finished = false

  constructor(options: SealerOptions) {
    const { signer, profile = 'full', format = 'markdown', segmentChars = 500 } = options
    checkOptions(profile, format, segmentChars)
    this.#id = toStreamId(options.streamId)
    this.streamId = toHex(this.#id)
    this.#signer = signer
    this.#thumbprint = thumbprintOf(signer)
    this.#claims = checkClaims(options.claims, signer, toMs(options.now ?? Date.now))
    this.#maxSegments = profile === 'full' ? MAX_SEGMENTS : 0
    this.#segmentChars = segmentChars
    this.#segmentTarget = this.#targetLength()
    this.#signTimeoutMs = options.signTimeoutMs ?? 10_000
    this.#scanner = createScanner({ format })
    this.#queue = new SigningQueue(signer)
    this.#stretch = new Stretch(this.#id, 0)
  }

  feed(text: string): string {
    if (this.#finished) throw finished('feed more text')
    if (typeof text !== 'string') throw new TypeError(`Cannot seal a ${typeof text}: feed takes text`)
    let out = ''
    let sent = 0
    for (let at = this.#scanner.next(text, 0); at >= 0; at = this.#scanner.next(text, at)) {
      if (!this.#isWanted(text, at)) continue
      this.#measure(text.slice(sent, at))
      if (this.#isSegmentEnd(at)) this.#endSegment(at)
      out += text.slice(sent, at) + this.#readyMarks()
      sent = at
    }
    this.#measure(text.slice(sent))
    this.#fedUnits += text.length
    this.#last = text.length > 1 ? text : this.#last.slice(-1) + text
    return sent === 0 && out === '' ? text : out + text.slice(sent)
  }

  async finish(
    ending: Ending = 'complete',
    { models, beside = false }: FinishOptions = {},
  ): Promise<SealEnd> {
    if (this.#finished) throw finished('finish')
    if (!endings.includes(ending)) throw new RangeError(`Cannot end a seal with "${String(ending)}"`)
    if (models) checkModels(models)
    this.#finished = true
    const canAppend = !beside && this.#scanner.canClose() && !endsInSelector(this.#last, this.#last.length)
    this.#measureRest()
    this.#close(ending, models)
    await this.#queue.settle(this.#signTimeoutMs)
    const payloads = this.#queue.takeReady(this.#closed)
    return canAppend
      ? { text: payloads.map(frame).join('') }
      : { text: '', detached: encodeDetached(payloads) }
  }

  /** Whether something is to be done at a safe place. */
  #isWanted(text: string, at: number): boolean {
    this.#seeComparable()
    if (!this.#queue.hasReady && !this.#isSegmentEnd(at)) return false
    // A run that is not ours may be too long for marks: ours stand apart from it.
    return !endsInSelector(
      at >= 2 ? text : this.#last + text.slice(0, at),
      at >= 2 ? at : this.#last.length + at,
    )
  }

  #seeComparable(): void {
    this.#notComparable = this.#scanner.takeNotComparable() || this.#notComparable
  }

  #isSegmentEnd(at: number): boolean {
    const units = this.#fedUnits + at - this.#segmentStart
    if (this.#notComparable) return units >= this.#segmentTarget * NOT_COMPARABLE_SHARE
    return units >= this.#segmentTarget && isSegmentEnd(units, this.#segmentTarget, this.#scanner.boundary)
  }

  #targetLength(): number {
    if (this.#index >= this.#maxSegments) return Number.POSITIVE_INFINITY
    return segmentTarget(this.#index, this.#segmentChars)
  }

  #measure(piece: string): void {
    const text = this.#half === '' ? piece : this.#half + piece
    const isCut = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800
    this.#half = isCut ? text.slice(-1) : ''
    this.#stretch.exact.push(this.#unmarker.push(isCut ? text.slice(0, -1) : text))
    this.#stretch.skeleton.push(this.#scanner.takeSkeleton())
  }

  #measureRest(): void {
    this.#scanner.end()
    this.#measure('')
    this.#stretch.exact.push(this.#unmarker.end() + this.#half)
  }

  #endSegment(at: number): void {
    this.#stretch.exact.push(this.#unmarker.end())
    const opening = this.#index === 0 ? this.#opening() : undefined
    const segment: Unsigned<Segment> = {
      kind: 'segment',
      ...this.#common(SHORT_HINT_BYTES),
      index: this.#index,
      ...this.#endStretch(),
      ...(opening && { openingDigest: openingDigest(opening) }),
    }
    const fields = encodeFields(segment)
    this.#chain.add(fields)
    this.#queue.add('segment', fields, { ...this.#closed }, opening)
    this.#index++
    this.#stretch = new Stretch(this.#id, this.#index)
    this.#segmentStart = this.#fedUnits + at
    this.#segmentTarget = this.#targetLength()
  }

  #close(ending: Ending, models: string[] | undefined): void {
    const claims = this.#closingClaims(models)
    const closing: Unsigned<Closing> = {
      kind: 'closing',
      ...this.#common(LONG_HINT_BYTES),
      count: this.#index,
      ending,
      ...this.#endStretch(),
      ...(this.#index > 0 && { chain: this.#chain.digest() }),
      ...(claims && { claims }),
    }
    this.#queue.add('closing', encodeFields(closing), { ...this.#closed })
  }

  /** All claims where no opening was sent; otherwise only what has changed. */
  #closingClaims(models: string[] | undefined): Partial<Claims> | undefined {
    if (this.#index === 0) return models ? { ...this.#claims, model: models } : this.#claims
    const known = [this.#claims.model].flat()
    const changed = models && models.join('\0') !== known.join('\0')
    return changed ? { model: models } : undefined
  }

  #endStretch() {
    const extent = this.#stretch.close()
    this.#closed.exact += extent.exactLength
    this.#closed.skeleton += extent.skeletonLength
    this.#seeComparable()
    const notComparable = this.#notComparable
    this.#notComparable = false
    return { extent, notComparable }
  }

  #readyMarks(): string {
    if (!this.#queue.hasReady) return ''
    const at = {
      exact: this.#closed.exact + this.#stretch.exact.settle(),
      skeleton: this.#closed.skeleton + this.#stretch.skeleton.settle(),
    }
    return this.#queue.takeReady(at).map(frame).join('')
  }

  #opening(): Uint8Array {
    return encodeOpening({ kind: 'opening', ...this.#common(LONG_HINT_BYTES), claims: this.#claims })
  }

  #common(hintBytes: number) {
    return {
      algorithm: this.#signer.algorithm,
      streamId: this.#id,
      keyHint: this.#thumbprint.slice(0, hintBytes),
    }
  }
}

function checkOptions(profile: string, format: string, segmentChars: number): void {
  if (profile !== 'full' && profile !== 'light')
    throw new RangeError(`Cannot seal with the profile "${profile}"`)
  if (!['markdown', 'plain', 'code', 'json'].includes(format)) {
    throw new RangeError(`Cannot seal the format "${format}"`)
  }
  if (!(segmentChars >= 1)) throw new RangeError(`Cannot seal segments of ${segmentChars} characters`)
}

function toStreamId(streamId: string | undefined): Uint8Array {
  if (streamId === undefined) return crypto.getRandomValues(new Uint8Array(STREAM_ID_BYTES))
  if (/^[0-9a-f]{16}$/i.test(streamId)) return fromHex(streamId)
  throw new RangeError(`Cannot seal with the stream id "${streamId}": it must be 16 hexadecimal digits`)
}

function finished(action: string): SealError {
  return new SealError(`Cannot ${action}: the seal is finished`, { code: 'SEALER_FINISHED' })
}
