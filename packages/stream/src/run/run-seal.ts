/** Seals the texts of a run: marks go into the deltas, the closing stands in one last delta, and the seal part says what is kept beside. */
import {
  type Claims,
  createSealer,
  type Ending,
  type FinishOptions,
  type Sealer,
  type SealerOptions,
} from '@streamseal/seal'
import type { ModelPart, SealPart } from '../contract.ts'
import { defined } from '../defined.ts'
import { StreamError } from '../stream-error.ts'
import { withoutAddresses } from '../without-addresses.ts'

/** How a run is sealed: as a sealer's options, the run's id being the stream id. */
export interface SealOptions extends Omit<SealerOptions, 'claims' | 'streamId'> {
  /** What is stated; `model` and `provider` default to what the model reports. */
  claims?: Partial<Claims>
  /**
   * Asked once a text, when it begins: who follows it as it is sent, and says what stands behind its closing, such as a
   * manifest. What fails there fails as the closing would; how long it may take is its own affair. Default: nobody.
   */
  follow?: (streamId: string, choice: number) => TextFollower
}

/** Follows one text of a run. */
export interface TextFollower {
  /** Takes what is sent, in order: words, marks and the closing. */
  feed(text: string): void
  /** What comes last in the text; not asked where the closing stands beside it, or nowhere. `models` spoke, in this order. */
  finish(models: readonly string[]): Promise<string>
}

type CloseOptions = Pick<FinishOptions, 'beside'>
type Emit = (part: ModelPart | SealPart) => void

/** Stands between the model and the log. */
export interface RunSeal {
  /** Takes a part and emits it, sealed. `finish` and `error` are not its business. */
  take(part: ModelPart): void
  /** Emits each text's closing, its `text-end` and its `seal` part; with `beside`, nothing more goes into the texts. */
  close(ending: Ending, options?: CloseOptions): Promise<void>
}

/** A run without seals: parts go through as they are. */
export function withoutSeal(emit: Emit): RunSeal {
  return { take: emit, close: async () => undefined }
}

/** A run whose every text is sealed; `newStreamId` gives the id of each text, the run's own first. */
export function createRunSeal(
  options: SealOptions,
  emit: Emit,
  newStreamId: (choice: number) => string,
): RunSeal {
  return new SealedRun(options, emit, newStreamId)
}

interface SealedText {
  sealer: Sealer
  follower: TextFollower | undefined
  streamId: string
  choice: number
  /** The block that is open, or whose end is held back until it is known whether more text comes. */
  blockId: string
  endHeld: boolean
}

class SealedRun implements RunSeal {
  readonly #options: SealOptions
  readonly #emit: Emit
  readonly #newStreamId: (choice: number) => string
  readonly #texts = new Map<number, SealedText>()
  readonly #byBlock = new Map<string, SealedText>()
  readonly #models = new Set<string>()
  #provider: string | undefined

  constructor(options: SealOptions, emit: Emit, newStreamId: (choice: number) => string) {
    this.#options = options
    this.#emit = emit
    this.#newStreamId = newStreamId
  }

  take(part: ModelPart): void {
    switch (part.type) {
      case 'start':
        this.#provider ??= part.provider
        this.#models.add(part.model)
        this.#emit(part)
        break
      case 'restart':
        this.#abandon(part)
        break
      case 'text-start':
        this.#openBlock(part)
        break
      case 'text-delta':
        this.#feed(part.id, part.delta)
        break
      case 'text-end':
        this.#holdEnd(part.id)
        break
      default:
        this.#emit(part)
    }
  }

  async close(ending: Ending, options: CloseOptions = {}): Promise<void> {
    let failure: unknown
    for (const text of this.#texts.values()) {
      try {
        await this.#closeText(text, ending, options)
      } catch (error) {
        failure ??= error
      }
    }
    if (failure !== undefined) throw sealFailure(failure, 'finish')
  }

  /** What was sealed so far is left without its closing, which is what it is: truncated. */
  #abandon(part: ModelPart): void {
    for (const text of this.#texts.values()) this.#releaseEnd(text)
    this.#texts.clear()
    this.#byBlock.clear()
    this.#emit(part)
  }

  #openBlock(part: Extract<ModelPart, { type: 'text-start' }>): void {
    const text = this.#textOf(part.choice ?? 0)
    this.#releaseEnd(text)
    text.blockId = part.id
    this.#byBlock.set(part.id, text)
    this.#emit(part)
  }

  #feed(id: string, delta: string): void {
    const text = this.#byBlock.get(id)
    const sealed = text?.sealer.feed(delta) ?? delta
    if (sealed === '') return
    text?.follower?.feed(sealed)
    this.#emit({ type: 'text-delta', id, delta: sealed })
  }

  #holdEnd(id: string): void {
    const text = this.#byBlock.get(id)
    if (text !== undefined) text.endHeld = true
  }

  #releaseEnd(text: SealedText): void {
    if (text.endHeld) this.#emit({ type: 'text-end', id: text.blockId })
    text.endHeld = false
  }

  #textOf(choice: number): SealedText {
    const known = this.#texts.get(choice)
    if (known !== undefined) return known
    const streamId = this.#newStreamId(choice)
    const sealer = this.#newSealer(streamId)
    const follower = this.#options.follow?.(streamId, choice)
    const text = { sealer, follower, streamId, choice, blockId: '', endHeld: false }
    this.#texts.set(choice, text)
    return text
  }

  #newSealer(streamId: string): Sealer {
    const { claims, follow: _follow, ...rest } = this.#options
    const model = claims?.model ?? [...this.#models][0] ?? 'unknown'
    const provider = claims?.provider ?? this.#provider
    try {
      return createSealer({ ...rest, streamId, claims: { ...claims, model, ...defined({ provider }) } })
    } catch (cause) {
      throw sealFailure(cause, 'begin')
    }
  }

  async #closeText(text: SealedText, ending: Ending, options: CloseOptions): Promise<void> {
    try {
      // The opening could name only the model that spoke first.
      const models = this.#models.size > 1 ? { models: [...this.#models] } : {}
      const closing = await text.sealer.finish(ending, { ...options, ...models })
      if (closing.text !== '') {
        text.follower?.feed(closing.text)
        this.#emit({ type: 'text-delta', id: text.blockId, delta: closing.text })
        const last = (await text.follower?.finish([...this.#models])) ?? ''
        if (last !== '') this.#emit({ type: 'text-delta', id: text.blockId, delta: last })
      }
      text.endHeld = true
      this.#releaseEnd(text)
      const choice = text.choice === 0 ? undefined : text.choice
      this.#emit({
        type: 'seal',
        streamId: text.streamId,
        ...defined({ detached: closing.detached, choice }),
      })
    } finally {
      this.#releaseEnd(text)
    }
  }
}

function sealFailure(cause: unknown, what: 'begin' | 'finish'): StreamError {
  const isTimeout = cause instanceof Error && 'code' in cause && cause.code === 'SIGNER_TIMEOUT'
  const why = withoutAddresses(cause instanceof Error ? cause.message : String(cause))
  return new StreamError(`Cannot ${what} the seal: ${why}`, {
    code: isTimeout ? 'SIGNER_TIMEOUT' : 'SEAL_FAILED',
    cause,
  })
}
