/** Takes marks out of a text, and nothing else. */
import { stripForeign } from './foreign.ts'
import { unmark } from './unmark.ts'

/** Payloads of two systems can be put into one another without end; so many layers are taken off, and the time stays linear. */
const MAX_LAYERS = 8

/** What `strip` takes beside the text. */
export interface StripOptions {
  /** Payloads of other systems to take out as well. Where they lie within one another, 8 layers are taken off; `sanitize` leaves none. Default: none. */
  also?: readonly ('encypher' | 'c2pa')[]
}

/**
 * Takes every well-formed mark of ours out of `text`: those whose length and checksum are right. Emoji selectors, ideographic variants, joiners, line ends and noise stay.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSigner, generateKeys, seal, strip } from '@streamseal/seal'
 *
 * const { privateJwk } = await generateKeys('Ed25519')
 * const sealed = await seal('All is well ✔️.', { signer: await createSigner(privateJwk), claims: { model: 'demo' } })
 * assert.equal(strip(sealed.text), 'All is well ✔️.')
 * ```
 */
export function strip(text: string, { also = [] }: StripOptions = {}): string {
  if (typeof text !== 'string') throw new TypeError(`Cannot strip a ${typeof text}: a text is needed`)
  let kept = unmark(text).text
  if (also.length === 0) return kept
  // Taking one system's payload out can bring the halves of another's together.
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const before = kept
    kept = unmark(stripForeign(before, also)).text
    if (kept === before) break
  }
  return kept
}
