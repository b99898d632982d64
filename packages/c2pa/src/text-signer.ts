/** Signing a text while it streams: every chunk passes at once, and the wrapper comes when the text has ended. */
import { C2paError } from './c2pa-error.ts'
import {
  checkLength,
  checkUnsigned,
  type SignedText,
  type SignTextOptions,
  signPlaced,
  signStored,
} from './sign-text.ts'
import { wrapperPlacement } from './text-carriers.ts'

/** The end of a signed stream. */
export interface SignedEnd extends Omit<SignedText, 'text'> {
  /** To be appended to what was sent: the wrapper, and nothing where the manifest is stored. */
  text: string
}

/** Signs one text while it streams. */
export interface TextSigner {
  /** Takes any slice of the text and returns it. Throws `C2paError` (`SIGNER_FINISHED`, `TEXT_TOO_LONG`). */
  feed(text: string): string
  /** Signs what was fed. Rejects with `C2paError`. */
  finish(): Promise<SignedEnd>
}

/**
 * Makes a signer for one text. It holds nothing back and keeps the text to hash it at the end, up to `maxTextLength`.
 * What was sent is not normalised; the hash is over its NFC, as the standard asks. With our seal, feed what the sealer
 * returns, its closing included: the wrapper comes last.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createC2paSigner, createDevelopmentChain, createTextSigner, verifyText } from '@streamseal/c2pa'
 *
 * const { privateKey, chain } = await createDevelopmentChain()
 * const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
 * const stream = createTextSigner({ signer, claims: { model: 'demo' } })
 * let sent = ''
 * for (const delta of ['The cat ', 'sat.']) sent += stream.feed(delta)
 * assert.equal(sent, 'The cat sat.')
 * sent += (await stream.finish()).text
 * assert.equal((await verifyText(sent)).state, 'valid')
 * ```
 */
export function createTextSigner(options: SignTextOptions): TextSigner {
  const chunks: string[] = []
  let length = 0
  let finished = false
  const checkOpen = (): void => {
    if (finished)
      throw new C2paError('Cannot go on: this text was signed already', { code: 'SIGNER_FINISHED' })
  }
  return {
    feed(text) {
      checkOpen()
      length += text.length
      checkLength({ length }, options)
      chunks.push(text)
      return text
    },
    async finish() {
      checkOpen()
      finished = true
      const text = chunks.join('')
      checkUnsigned(text)
      const stored = options.carrier === 'stored'
      const signed = await (stored
        ? signStored(text, options)
        : signPlaced(wrapperPlacement(text), 'text/plain', options))
      return { ...signed, text: signed.text.slice(text.length) }
    },
  }
}

/**
 * `createTextSigner` as a stream: text in, the same text out at once, the wrapper last. `signed` tells what
 * `TextSigner.finish` does.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { C2paTextStream, createC2paSigner, createDevelopmentChain, verifyText } from '@streamseal/c2pa'
 *
 * const { privateKey, chain } = await createDevelopmentChain()
 * const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
 * const stream = new C2paTextStream({ signer, claims: { model: 'demo' } })
 * const writer = stream.writable.getWriter()
 * const written = Promise.all([writer.write('Hello '), writer.write('world.'), writer.close()])
 * let sent = ''
 * for (const reader = stream.readable.getReader(); ; ) {
 *   const { done, value } = await reader.read()
 *   if (done) break
 *   sent += value
 * }
 * await written
 * assert.equal((await verifyText(sent)).text, 'Hello world.')
 * ```
 */
export class C2paTextStream extends TransformStream<string, string> {
  /** Settles when the text has ended. */
  readonly signed: Promise<SignedEnd>

  constructor(options: SignTextOptions) {
    const signer = createTextSigner(options)
    let settle: (end: SignedEnd | Promise<SignedEnd>) => void = () => undefined
    const signed = new Promise<SignedEnd>(resolve => {
      settle = resolve
    })
    // Whoever reads the stream sees the same failure; nobody has to look at both.
    signed.catch(() => undefined)
    super({
      transform: (chunk, controller) => controller.enqueue(signer.feed(chunk)),
      async flush(controller) {
        const end = signer.finish()
        settle(end)
        const { text } = await end
        if (text !== '') controller.enqueue(text)
      },
    })
    this.signed = signed
  }
}
