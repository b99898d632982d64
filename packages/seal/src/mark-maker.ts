/** The marks of one seal: what binds each stretch of the text, made and signed in order. */
import { fromHex, toHex } from './bytes.ts'
import { checkClaims, checkModels } from './check-claims.ts'
import type { Claims, Ending } from './claims.ts'
import { Chain, openingDigest } from './digests.ts'
import {
  type Closing,
  type Extent,
  encodeFields,
  encodeOpening,
  type Lag,
  LONG_HINT_BYTES,
  type Segment,
  SHORT_HINT_BYTES,
  type TextFormat,
  type Unsigned,
} from './payload.ts'
import { type SealerOptions, toStreamId } from './sealer-options.ts'
import type { Signer } from './signer.ts'
import { SigningQueue, thumbprintOf } from './signing-queue.ts'
import { Stretch } from './stretch.ts'
import { toMs } from './time.ts'

const endings: readonly Ending[] = ['complete', 'aborted', 'length-limited', 'failed']

/** Makes the marks of one seal, stretch after stretch. */
export class MarkMaker {
  /** The segments so far; also the index of the next stretch. */
  count = 0
  /** Lengths of all bound stretches together. */
  readonly end: Lag = { exact: 0, skeleton: 0 }
  readonly queue: SigningQueue
  /** 16 hexadecimal digits. */
  readonly streamId: string
  readonly #signer: Signer
  readonly #claims: Claims
  readonly #format: TextFormat
  readonly #chain = new Chain()

  /** Throws `RangeError` or `SealError` (`INVALID_CLAIMS`) where an option cannot be used. */
  constructor(options: SealerOptions) {
    const { signer, claims, streamId, now = Date.now, format = 'markdown' } = options
    this.#format = format === 'json' ? 'code' : format
    this.streamId = toHex(toStreamId(streamId))
    this.#signer = signer
    this.queue = new SigningQueue(signer)
    this.#claims = checkClaims(claims, signer, toMs(now))
  }

  /** What measures the next stretch. */
  startStretch(): Stretch {
    return new Stretch(fromHex(this.streamId), this.count)
  }

  /** Binds a segment; the first one brings the opening with it. */
  addSegment(extent: Extent, notComparable: boolean): void {
    this.#advance(extent)
    const opening = this.count === 0 ? this.#opening() : undefined
    const { link } = this.#chain
    const segment: Unsigned<Segment> = {
      kind: 'segment',
      ...this.#common(SHORT_HINT_BYTES),
      index: this.count,
      format: this.#format,
      extent,
      notComparable,
      ...(opening && { openingDigest: openingDigest(opening) }),
      ...(link && { link }),
    }
    const fields = encodeFields(segment)
    this.#chain.add(fields)
    this.queue.add('segment', fields, { ...this.end }, opening)
    this.count++
  }

  /** Binds the rest of the text and how it ended; `models` spoke, where it was not known at the start. */
  addClosing(extent: Extent, notComparable: boolean, ending: Ending, models: string[] | undefined): void {
    this.#advance(extent)
    const claims = this.#closingClaims(models)
    const { digest: chain, link } = this.#chain
    const closing: Unsigned<Closing> = {
      kind: 'closing',
      ...this.#common(LONG_HINT_BYTES),
      count: this.count,
      ending,
      format: this.#format,
      extent,
      notComparable,
      ...(link && { chain, link }),
      ...(claims && { claims }),
    }
    this.queue.add('closing', encodeFields(closing), { ...this.end })
  }

  #advance({ exactLength, skeletonLength }: Extent): void {
    this.end.exact += exactLength
    this.end.skeleton += skeletonLength
  }

  /** All claims where no opening was sent; otherwise only what has changed. */
  #closingClaims(models: string[] | undefined): Partial<Claims> | undefined {
    if (this.count === 0) return models ? { ...this.#claims, model: models } : this.#claims
    const known = [this.#claims.model].flat()
    const changed = models && models.join('\0') !== known.join('\0')
    return changed ? { model: models } : undefined
  }

  #opening(): Uint8Array {
    return encodeOpening({ kind: 'opening', ...this.#common(LONG_HINT_BYTES), claims: this.#claims })
  }

  #common(hintBytes: number) {
    return {
      algorithm: this.#signer.algorithm,
      streamId: fromHex(this.streamId),
      keyHint: thumbprintOf(this.#signer).slice(0, hintBytes),
    }
  }
}

/** Throws where a seal cannot end so: `RangeError`, or `SealError` (`INVALID_CLAIMS`) for the models. */
export function checkEnd(ending: Ending, models: string[] | undefined): void {
  if (!endings.includes(ending)) throw new RangeError(`Cannot end a seal with "${String(ending)}"`)
  if (models) checkModels(models)
}
