/** A whole text, sealed at once. */
import type { Ending } from './claims.ts'
import { encodeDetached } from './detached.ts'
import { frame } from './frame.ts'
import { checkEnd, MarkMaker } from './mark-maker.ts'
import type { Lag } from './payload.ts'
import type { SealEnd } from './sealer.ts'
import { type SealerOptions, SIGN_TIMEOUT_MS, segmentLengths } from './sealer-options.ts'
import { isSegmentEnd, type SegmentLengths, segmentTarget } from './segment-length.ts'
import type { Stretch } from './stretch.ts'
import { type Place, type SegmentPlace, surveyText, type TextSurvey } from './text-survey.ts'
import { unmark } from './unmark.ts'

/** What `seal` takes: the sealer's options, and how the text ended. */
export interface SealOptions extends SealerOptions {
  /** Default `complete`. */
  ending?: Ending
  /** Every model that spoke, where `claims.model` does not say so. */
  models?: string[]
}

/**
 * Seals a whole text. `text` is the sealed text: each segment's mark stands at its end, and the closing at the last safe
 * place of the text, also where words, code or line ends follow that it covers. `detached` is there where no place is.
 * Waits for the signer for at most `signTimeoutMs`. Rejects with `SealError`: `SIGNER_TIMEOUT`, `SIGNER_FAILED`, `INVALID_CLAIMS`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSigner, generateKeys, seal, strip } from '@streamseal/seal'
 *
 * const { privateJwk } = await generateKeys('Ed25519')
 * const sealed = await seal('The cat sat on the mat.\n', {
 *   signer: await createSigner(privateJwk),
 *   claims: { model: 'demo', provider: 'streamseal' },
 * })
 * assert.equal(strip(sealed.text), 'The cat sat on the mat.\n')
 * assert.equal(sealed.detached, undefined)
 * ```
 */
export async function seal(text: string, options: SealOptions): Promise<SealEnd> {
  const { ending = 'complete', models, signTimeoutMs = SIGN_TIMEOUT_MS, format = 'markdown' } = options
  if (typeof text !== 'string') throw new TypeError(`Cannot seal a ${typeof text}: a text is needed`)
  const lengths = segmentLengths(options)
  const marks = new MarkMaker(options)
  checkEnd(ending, models)
  const sealed = new SealedText(text, surveyText(text, format), marks)
  sealed.bindAll(lengths, ending, models)
  await marks.queue.settle(signTimeoutMs)
  return sealed.assemble()
}

/** Where a mark is to stand: an index in the text, and the same in code points as marks count it. */
interface Insertion {
  index: number
  at: Lag
}

class SealedText {
  readonly #text: string
  readonly #survey: TextSurvey
  readonly #marks: MarkMaker
  readonly #insertions: Insertion[] = []
  /** Where the next stretch begins. */
  #from: Place = { at: 0, skeletonAt: 0 }

  constructor(text: string, survey: TextSurvey, marks: MarkMaker) {
    this.#text = text
    this.#survey = survey
    this.#marks = marks
  }

  bindAll(lengths: SegmentLengths, ending: Ending, models: string[] | undefined): void {
    const { places, restNotComparable } = this.#survey
    let notComparable = false
    for (const [i, place] of places.entries()) {
      notComparable ||= place.notComparable
      const follows = places[i + 1]?.notComparable ?? restNotComparable
      const target = segmentTarget(this.#marks.count, lengths)
      const units = place.at - this.#from.at
      if (!isSegmentEnd(units, target, place.boundary, notComparable || follows)) continue
      this.#bindSegment(place, notComparable)
      notComparable = false
    }
    this.#bindTail(notComparable || restNotComparable, ending, models)
  }

  /** The text with its marks; every signature must be there. */
  assemble(): SealEnd {
    const { queue, end } = this.#marks
    let text = ''
    let from = 0
    for (const { index, at } of this.#insertions) {
      text += this.#text.slice(from, index) + queue.takeReady(at, 1).map(frame).join('')
      from = index
    }
    text += this.#text.slice(from)
    const beside = queue.takeReady(end)
    return beside.length === 0 ? { text } : { text, detached: encodeDetached(beside) }
  }

  #bindSegment(place: SegmentPlace, notComparable: boolean): void {
    const stretch = this.#marks.startStretch()
    this.#measure(stretch, place)
    this.#marks.addSegment(stretch.close(), notComparable)
    this.#insertions.push({ index: place.at, at: { ...this.#marks.end } })
  }

  #bindTail(notComparable: boolean, ending: Ending, models: string[] | undefined): void {
    const { closing, skeleton } = this.#survey
    const { exact, skeleton: inked } = this.#marks.end
    const stretch = this.#marks.startStretch()
    if (closing) {
      this.#measure(stretch, closing)
      const at = { exact: exact + stretch.exact.length, skeleton: inked + stretch.skeleton.length }
      this.#insertions.push({ index: closing.at, at })
    }
    this.#measure(stretch, { at: this.#text.length, skeletonAt: skeleton.length })
    this.#marks.addClosing(stretch.close(), notComparable, ending, models)
  }

  /** Has `stretch` take what stands before `to`. Places are beside no selector, so no run is cut in two. */
  #measure({ exact, skeleton }: Stretch, to: Place): void {
    const { at, skeletonAt } = this.#from
    exact.push(unmark(this.#text.slice(at, to.at)).text)
    skeleton.push(this.#survey.skeleton.slice(skeletonAt, to.skeletonAt))
    this.#from = to
  }
}
