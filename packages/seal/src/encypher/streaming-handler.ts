/** Encypher's `StreamingHandler` under its own name: metadata in a text that comes in chunks. */
import type { Ending } from '../claims.ts'
import type { FinalizeReason } from './channel.ts'
import { unwatch, type Watch, watch } from './collected.ts'
import { CorrectedStream, type NamedEnd } from './corrected-stream.ts'
import { EncypherError } from './errors.ts'
import { type HandlerConfig, type HandlerOptions, readHandlerOptions } from './handler-config.ts'
import { LegacyStream } from './legacy-stream.ts'

/** What `finalize` returns. */
export interface FinalizeResult {
  /** To be appended to the text; may be empty. With several texts (choices, blocks) it belongs to the first; see `ends`. */
  text: string
  /** Whether the metadata block is in the text: in every text, where there are several. */
  marked: boolean
  /** Why it is not marked, or why its words are not bound. */
  reason?: FinalizeReason
  /** To be kept beside the text, where the seal's closing could not be appended: `verifyMetadata` takes it. */
  detached?: string
  /** Every text by itself; for chunks with the chunk to send. */
  ends: NamedEnd[]
}

/**
 * Embeds metadata in a text that is streamed: Encypher's `StreamingHandler`. Nothing waits (unless `minBufferSize` says so), the block goes to the first
 * possible place however the text is cut, and no character is doubled, dropped or moved. Call `finalize` at the end.
 *
 * Throws, at construction: `EncypherError` for an invalid target, metadata that JSON cannot hold, or a missing key for an Ed25519 format.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'
 *
 * const hmacSecretKey = 'your-secret-key'
 * const handler = new StreamingHandler({ metadata: { model_id: 'gpt-4', timestamp: 1711843200 }, target: 'whitespace', hmacSecretKey })
 * let text = ''
 * for (const chunk of ['The', ' cat', ' sat', '.']) text += handler.processChunk(chunk)
 * const end = await handler.finalize()
 * text += end.text
 * assert.equal(end.marked, true)
 * assert.equal(UnicodeMetadata.verifyMetadata(text, { hmacSecretKey }).valid, true)
 * ```
 */
export class StreamingHandler {
  readonly #config: HandlerConfig
  readonly #watch: Watch
  #stream: CorrectedStream | LegacyStream
  #finalized: Promise<FinalizeResult> | undefined

  constructor(options: HandlerOptions, ...others: readonly never[]) {
    if (others.length > 0) {
      throw new EncypherError(
        'INVALID_OPTION',
        'Cannot stream a model: the handler that takes a model and a format is in @streamseal/stream/handler',
      )
    }
    this.#config = readHandlerOptions(options)
    this.#stream = newStream(this.#config)
    // biome-ignore lint/suspicious/noConsole: the option replaces it
    const warn = options.onWarning ?? (message => console.warn(message))
    this.#watch = { waiting: 0, isOwed: false, warn }
    watch(this, this.#watch)
  }

  /** Whether the block has gone out; under `compat` whether 1.x believes so. */
  get hasEncoded(): boolean {
    return this.#stream.hasEncoded
  }

  /**
   * The next chunk, with the metadata where its place is. Takes text, OpenAI chat and completion chunks with any number of choices, Responses events,
   * Anthropic events old and new, as plain objects or the SDKs' own; anything else is returned as it is. What is given is never changed.
   */
  processChunk(chunk: string): string
  processChunk<T>(chunk: T): T
  processChunk(chunk: unknown): unknown {
    if (this.#finalized !== undefined) throw finalized()
    const processed = typeof chunk === 'string' ? this.#stream.text(chunk) : this.#stream.chunk(chunk)
    this.#look()
    return processed
  }

  /** The end of the text, and whether it is marked; `ending` goes into the seal, where there is one. Calling it again gives the same answer. Rejects with the `SealError` of a signer that fails. */
  finalize(ending: Ending = 'complete'): Promise<FinalizeResult> {
    this.#finalized ??= this.#finish(ending)
    return this.#finalized
  }

  async #finish(ending: Ending): Promise<FinalizeResult> {
    unwatch(this)
    if (this.#stream instanceof LegacyStream) return legacyResult(this.#stream)
    return toResult(await this.#stream.finish(ending))
  }

  /** Starts a new stream with the same options; text that still waits is lost. */
  reset(): void {
    this.#stream = newStream(this.#config)
    if (this.#finalized !== undefined) watch(this, this.#watch)
    this.#finalized = undefined
    this.#look()
  }

  #look(): void {
    if (this.#stream instanceof LegacyStream) return
    this.#watch.waiting = this.#stream.waiting
    this.#watch.isOwed = this.#stream.isOwed
  }
}

function newStream(config: HandlerConfig): CorrectedStream | LegacyStream {
  return config.compat === undefined ? new CorrectedStream(config) : new LegacyStream(config)
}

function finalized(): EncypherError {
  return new EncypherError(
    'FINALIZED',
    'Cannot process a chunk: the handler is finalized; call reset() first',
  )
}

function legacyResult({ isMarked, hasEncoded }: LegacyStream): FinalizeResult {
  if (isMarked) return { text: '', marked: true, ends: [] }
  return { text: '', marked: false, reason: hasEncoded ? 'NO_TARGET' : 'NO_TEXT', ends: [] }
}

/** One answer of many ends: marked where all are, and the first reason. */
export function toResult(ends: NamedEnd[]): FinalizeResult {
  const first = ends[0]
  const reason = ends.find(end => !end.marked)?.reason ?? ends.find(end => end.reason)?.reason
  return {
    text: first?.text ?? '',
    marked: ends.every(end => end.marked),
    ...(reason && { reason }),
    ...(first?.detached !== undefined && { detached: first.detached }),
    ends,
  }
}
