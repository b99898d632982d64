/** `StreamingHandler` as a `TransformStream`. */
import type { Ending } from '../claims.ts'
import { CorrectedStream, type NamedEnd } from './corrected-stream.ts'
import { EncypherError } from './errors.ts'
import { type HandlerOptions, readHandlerOptions } from './handler-config.ts'
import { type FinalizeResult, toResult } from './streaming-handler.ts'

/** What `new MetadataStream` takes. */
export interface MetadataStreamOptions extends Omit<HandlerOptions, 'onWarning' | 'compat'> {
  /** How the text ended, where the stream is closed; default `complete`. A cancelled stream ends as `aborted`. */
  ending?: Ending | undefined
}

/**
 * Embeds metadata in the text, or in the providers' chunks, that flow through it, and finalizes itself: what is left at the end of a text goes out before
 * the event that closes it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { MetadataStream, UnicodeMetadata } from '@streamseal/seal/encypher'
 *
 * const stream = new MetadataStream<string>({ metadata: { model_id: 'gpt-4', timestamp: 1711843200 } })
 * const answer = new Blob(['The cat sat.']).stream().pipeThrough(new TextDecoderStream())
 * const text = await new Response(answer.pipeThrough(stream).pipeThrough(new TextEncoderStream())).text()
 * assert.equal(UnicodeMetadata.extractMetadata(text)?.model_id, 'gpt-4')
 * assert.equal((await stream.finalized).marked, true)
 * ```
 */
export class MetadataStream<T = string> extends TransformStream<T, T> {
  /** What became of the text, once the stream has ended; rejects where a signer failed. */
  readonly finalized: Promise<FinalizeResult>

  constructor({ ending = 'complete', ...options }: MetadataStreamOptions) {
    if ('compat' in options)
      throw new EncypherError('INVALID_OPTION', 'Cannot pipe as 1.x does: it has no stream')
    const machine = new CorrectedStream(readHandlerOptions(options))
    let settle: (result: Promise<FinalizeResult>) => void = () => undefined
    const finalized = new Promise<FinalizeResult>(resolve => {
      settle = resolve
    })
    const finish = (how: Ending) => {
      const ends = machine.finish(how)
      settle(ends.then(open => toResult([...machine.closed, ...open])))
      return ends
    }
    const transformer: CancellableTransformer<T> = {
      transform: async (chunk, controller) => {
        for (const piece of await marked(machine, chunk, ending)) controller.enqueue(piece as T)
      },
      flush: async controller => {
        for (const piece of (await finish(ending)).flatMap(tail)) controller.enqueue(piece as T)
      },
      cancel: async () => {
        await finish('aborted')
      },
    }
    super(transformer)
    this.finalized = finalized
    // Whoever reads `finalized` is told of a failure; the stream's own consumer is told by the stream.
    finalized.catch(() => undefined)
  }
}

/** `cancel` (Streams Standard §6.2.4) is newer than the browsers' declaration; Node's has no global `Transformer`. */
interface CancellableTransformer<T> {
  transform: (chunk: T, controller: TransformStreamDefaultController<T>) => Promise<void>
  flush: (controller: TransformStreamDefaultController<T>) => Promise<void>
  cancel: () => Promise<void>
}

/** The chunk, with the ends of the texts that it closes. */
async function marked(machine: CorrectedStream, chunk: unknown, ending: Ending): Promise<unknown[]> {
  if (typeof chunk !== 'string') return machine.closing(chunk, ending)
  const text = machine.text(chunk)
  return text === '' ? [] : [text]
}

function tail({ text, chunk }: NamedEnd): unknown[] {
  return text === '' ? [] : [chunk ?? text]
}
