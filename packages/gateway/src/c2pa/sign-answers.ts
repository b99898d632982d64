/** Signs sealed answers for C2PA. Whatever goes wrong here, the answer goes on as it would without. */
import { type C2paClaims, type C2paSigner, createTextSigner, type SignedEnd } from '@streamseal/c2pa'
import type { TextFollower } from '@streamseal/stream'
import type { C2paMode } from '../config/read-c2pa.ts'
import type { AnswerSeal, Closing } from '../sealing/answer-seal.ts'
import type { Sealing, SealRequest } from '../sealing/sealing.ts'
import type { ManifestDatabase } from '../store/manifest-store.ts'
import { AnswerText } from './answer-text.ts'
import { type FallibleSigning, withFallibleTimestamps } from './fallible-timestamps.ts'
import { textsOfRun } from './texts-of-run.ts'

/** What signing answers takes. */
export interface AnswerSigning {
  readonly mode: Exclude<C2paMode, 'off'>
  readonly signer: C2paSigner
  readonly store: ManifestDatabase
  /** The longest answer that is signed, in UTF-16 units. */
  readonly maxTextLength: number
  /** Called where an answer could not be signed, or its manifest not kept. */
  readonly onError: (error: unknown) => void
  /** Called where an answer is signed without the time-stamp that it was to have. */
  readonly onUnstamped: (error: unknown) => void
}

/** How long an answer may wait for its wrapper, in milliseconds. */
const signTimeoutMs = 2000

/** Longer names are no names, as in seals. */
const maxModelLength = 256

/** A sealing whose answers are signed for C2PA as well. */
export class AnswerSigner implements Sealing {
  readonly #sealing: Sealing
  readonly #signing: AnswerSigning
  readonly #signWith: FallibleSigning
  readonly #pending = new Set<Promise<void>>()
  /** The texts of runs whose wrapper was tried, by stream id, until the run has ended. */
  readonly #followed = new Set<string>()

  constructor(sealing: Sealing, signing: AnswerSigning) {
    this.#sealing = sealing
    this.#signing = signing
    this.#signWith = withFallibleTimestamps(signing.signer, { onError: signing.onUnstamped })
  }

  open(request: SealRequest): AnswerSeal {
    const seal = this.#sealing.open(request)
    const text = new AnswerText(this.#signing.maxTextLength)
    let model: string | undefined
    let outcome: Promise<Closing> | undefined
    const finish = async (...args: Parameters<AnswerSeal['finish']>): Promise<Closing> => {
      const closing = await seal.finish(...args)
      text.feed(closing.text)
      return this.#end({ ...request, model: model ?? request.model }, seal.streamId, text, closing)
    }
    return {
      streamId: seal.streamId,
      named(name) {
        seal.named(name)
        if (name !== '' && name.length <= maxModelLength) model ??= name
      },
      feed(slice) {
        const sent = seal.feed(slice)
        text.feed(sent)
        return sent
      },
      finish(...args) {
        outcome ??= finish(...args)
        return outcome
      },
    }
  }

  forRun(request: SealRequest): ReturnType<Sealing['forRun']> {
    const options = this.#sealing.forRun(request)
    if (this.#signing.mode === 'stored') return options
    return { ...options, follow: streamId => this.#follow(request, streamId) }
  }

  /** Stores the manifests of a run's texts: of all, or of those in which no wrapper could stand. */
  keepRun(...[run, request]: Parameters<Sealing['keepRun']>): void {
    this.#sealing.keepRun(run, request)
    const keepAll = async (): Promise<void> => {
      const { model, texts } = await textsOfRun(run, this.#signing.maxTextLength)
      for (const { streamId, text } of texts)
        if (!this.#followed.delete(streamId)) this.#keep({ ...request, model }, streamId, text)
    }
    keepAll().catch(this.#signing.onError)
  }

  /** Puts the wrapper behind the closing of a run's text. Where that fails the closing is last, as without C2PA. */
  #follow(request: SealRequest, streamId: string): TextFollower {
    const text = new AnswerText(this.#signing.maxTextLength)
    return {
      feed: sent => text.feed(sent),
      finish: async models => {
        // Whoever keeps what is left over looks after this has ended: a text's seal is told of behind its last word.
        this.#followed.add(streamId)
        try {
          const model = models.length > 0 ? models : request.model
          return (await this.#sign({ ...request, model }, streamId, text.whole(), 'wrapper')).text
        } catch (error) {
          this.#signing.onError(error)
          return ''
        }
      },
    }
  }

  /** Resolves when every manifest that is being signed now has been kept. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending)
  }

  /** The wrapper is last, and stands only where our closing can: code, tables and JSON would be broken by either. */
  async #end(request: SealRequest, streamId: string, text: AnswerText, closing: Closing): Promise<Closing> {
    if (this.#signing.mode === 'stored' || closing.text === '') {
      this.#keep(request, streamId, text)
      return closing
    }
    try {
      const { text: wrapper } = await this.#sign(request, streamId, text.whole(), 'wrapper')
      return { ...closing, text: closing.text + wrapper }
    } catch (error) {
      this.#signing.onError(error)
      return closing
    }
  }

  /** Signs and keeps while the answer goes on. */
  #keep(request: SealRequest, streamId: string, text: AnswerText): void {
    const { store, onError } = this.#signing
    const keep = async (): Promise<void> => {
      const whole = text.whole()
      if (whole !== '') await store.put((await this.#sign(request, streamId, whole, 'stored')).record)
    }
    const kept: Promise<void> = keep()
      .catch(onError)
      .finally(() => this.#pending.delete(kept))
    this.#pending.add(kept)
  }

  async #sign(
    request: SignRequest,
    streamId: string,
    text: string,
    carrier: 'wrapper' | 'stored',
  ): Promise<SignedEnd> {
    const { maxTextLength } = this.#signing
    const claims = claimsOf(request)
    return this.#signWith(signer => {
      const stream = createTextSigner({ signer, claims, carrier, streamId, signTimeoutMs, maxTextLength })
      stream.feed(text)
      return stream.finish()
    })
  }
}

/** A request, with the model or models that answered. */
type SignRequest = Omit<SealRequest, 'model'> & { readonly model: string | readonly string[] }

function claimsOf({ provider, model, ingredients = [] }: SignRequest): C2paClaims {
  return {
    model,
    provider,
    // What the built-in model plays back was written by people.
    ...(provider === 'demo' && { digitalSourceType: 'digitalCreation' }),
    ingredients: ingredients.map(({ streamId }) => ({
      title: 'A sealed text in the prompt',
      relationship: 'inputTo',
      instanceId: streamId,
    })),
  }
}
