/** Seals the texts of a run: marks go into the deltas, the closing stands in one last delta, and the seal part says what is kept beside. */
import { type Claims, createSealer, type Ending, type Sealer, type SealerOptions } from '@streamseal/seal'
import type { ModelPart, SealPart } from '../contract.ts'
import { StreamError } from '../stream-error.ts'

/** How a run is sealed: as a sealer's options, the run's id being the stream id. */
export interface SealOptions extends Omit<SealerOptions, 'claims' | 'streamId'> {
  /** What is stated; `model` and `provider` default to what the model reports. */
  claims?: Partial<Claims>
}

type Emit = (part: ModelPart | SealPart) => void

/** Stands between the model and the log. */
export interface RunSeal {
  /** Takes a part and emits it, sealed. `finish` and `error` are not its business. */
  take(part: ModelPart): void
  /** Emits each text's closing, its `text-end` and its `seal` part. */
  close(ending: Ending): Promise<void>
}

interface SealedText {
  sealer: Sealer
  streamId: string
  choice: number
  /** The block that is open, or whose end is held back until it is known whether more text comes. */
  blockId: string
  endHeld: boolean
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
  const texts = new Map<number, SealedText>()
  const byBlock = new Map<string, SealedText>()
  let spoke: { provider: string; model: string } | undefined

  function take(part: ModelPart): void {
    switch (part.type) {
      case 'start':
        spoke = part
        return emit(part)
      case 'text-start':
        return openBlock(part)
      case 'text-delta':
        return feed(part.id, part.delta)
      case 'text-end':
        return holdEnd(part.id)
      default:
        return emit(part)
    }
  }

  function openBlock(part: Extract<ModelPart, { type: 'text-start' }>): void {
    const text = textOf(part.choice ?? 0)
    releaseEnd(text)
    text.blockId = part.id
    byBlock.set(part.id, text)
    emit(part)
  }

  function feed(id: string, delta: string): void {
    const sealed = byBlock.get(id)?.sealer.feed(delta) ?? delta
    if (sealed !== '') emit({ type: 'text-delta', id, delta: sealed })
  }

  function holdEnd(id: string): void {
    const text = byBlock.get(id)
    if (text !== undefined) text.endHeld = true
  }

  function releaseEnd(text: SealedText): void {
    if (text.endHeld) emit({ type: 'text-end', id: text.blockId })
    text.endHeld = false
  }

  function textOf(choice: number): SealedText {
    const known = texts.get(choice)
    if (known !== undefined) return known
    const streamId = newStreamId(choice)
    const text = { sealer: sealerFor(streamId), streamId, choice, blockId: '', endHeld: false }
    texts.set(choice, text)
    return text
  }

  function sealerFor(streamId: string): Sealer {
    const { claims, ...rest } = options
    const model = claims?.model ?? spoke?.model ?? 'unknown'
    const provider = claims?.provider ?? spoke?.provider
    const stated = { ...claims, model, ...(provider === undefined ? {} : { provider }) }
    try {
      return createSealer({ ...rest, streamId, claims: stated })
    } catch (cause) {
      throw sealFailure(cause, 'begin')
    }
  }

  async function close(ending: Ending): Promise<void> {
    let failure: unknown
    for (const text of texts.values()) {
      try {
        await closeText(text, ending)
      } catch (error) {
        failure ??= error
      }
    }
    if (failure !== undefined) throw sealFailure(failure)
  }

  async function closeText(text: SealedText, ending: Ending): Promise<void> {
    try {
      const closing = await text.sealer.finish(ending)
      if (closing.text !== '') emit({ type: 'text-delta', id: text.blockId, delta: closing.text })
      text.endHeld = true
      releaseEnd(text)
      emit({
        type: 'seal',
        streamId: text.streamId,
        ...(closing.detached === undefined ? {} : { detached: closing.detached }),
        ...(text.choice === 0 ? {} : { choice: text.choice }),
      })
    } finally {
      releaseEnd(text)
    }
  }

  return { take, close }
}

function sealFailure(cause: unknown, what: 'begin' | 'finish' = 'finish'): StreamError {
  const isTimeout = cause instanceof Error && 'code' in cause && cause.code === 'SIGNER_TIMEOUT'
  const why = cause instanceof Error ? cause.message : String(cause)
  return new StreamError(`Cannot ${what} the seal: ${why}`, {
    code: isTimeout ? 'SIGNER_TIMEOUT' : 'SEAL_FAILED',
    cause,
  })
}
