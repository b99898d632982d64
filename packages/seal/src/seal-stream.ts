/** The sealer as a stream. */
import type { Ending } from './claims.ts'
import { createSealer, type SealerOptions } from './sealer.ts'

/** What `SealStream` takes: the sealer's options, and how the text ends where the stream is closed. */
export interface SealStreamOptions extends SealerOptions {
  /** Default `complete`. An aborted or cancelled stream is closed beside the text as `aborted`. */
  ending?: Ending
}

/**
 * Seals the text that flows through it. No chunk waits for a signature; the last one is the closing, where it can be appended.
 * `sealed` resolves when the stream has ended: `detached` is there where the closing had no place in the text. It rejects with the sealer's error.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSigner, generateKeys, SealStream, strip } from '@streamseal/seal'
 *
 * const { privateJwk } = await generateKeys('Ed25519')
 * const stream = new SealStream({ signer: await createSigner(privateJwk), claims: { model: 'demo' } })
 * const answer = new Blob(['The cat sat.']).stream().pipeThrough(new TextDecoderStream())
 * const sent = await new Response(answer.pipeThrough(stream).pipeThrough(new TextEncoderStream())).text()
 * assert.equal(strip(sent), 'The cat sat.')
 * assert.deepEqual(await stream.sealed, {})
 * ```
 */
export class SealStream extends TransformStream<string, string> {
  /** The stream's id: 16 hexadecimal digits. */
  readonly streamId: string
  /** What to keep beside the text, once the stream has ended. */
  readonly sealed: Promise<{ detached?: string }>

  constructor({ ending = 'complete', ...options }: SealStreamOptions) {
    const sealer = createSealer(options)
    let settle: (end: Promise<{ detached?: string }>) => void = () => undefined
    const sealed = new Promise<{ detached?: string }>(resolve => {
      settle = resolve
    })
    const transformer: CancellableTransformer = {
      transform: (chunk, controller) => {
        try {
          const text = sealer.feed(chunk)
          if (text !== '') controller.enqueue(text)
        } catch (error) {
          settle(Promise.reject(error))
          throw error
        }
      },
      flush: async controller => {
        const end = sealer.finish(ending)
        settle(end.then(besideText))
        const { text } = await end
        if (text !== '') controller.enqueue(text)
      },
      cancel: () => settle(sealer.finish('aborted', { beside: true }).then(besideText)),
    }
    super(transformer)
    this.streamId = sealer.streamId
    this.sealed = sealed
    // Whoever reads `sealed` is told of a failure; the stream's own consumer is told by the stream.
    sealed.catch(() => undefined)
  }
}

/** `cancel` (Streams Standard §6.2.4) is newer than the browsers' declaration; Node's has no global `Transformer`. */
interface CancellableTransformer {
  transform: (chunk: string, controller: TransformStreamDefaultController<string>) => void
  flush: (controller: TransformStreamDefaultController<string>) => Promise<void>
  cancel: () => void
}

function besideText({ detached }: { detached?: string }): { detached?: string } {
  return detached === undefined ? {} : { detached }
}
