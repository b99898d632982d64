/** A whole text, sealed at once. */
import type { Ending } from './claims.ts'
import { createSealer, type SealEnd, type SealerOptions } from './sealer.ts'

/** What `seal` takes: the sealer's options, and how the text ended. */
export interface SealOptions extends SealerOptions {
  /** Default `complete`. */
  ending?: Ending
  /** Every model that spoke, where `claims.model` does not say so. */
  models?: string[]
}

/**
 * Seals a whole text. `text` is the sealed text; `detached` is there where the closing has no place in it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSigner, generateKeys, seal, strip } from '@streamseal/seal'
 *
 * const { privateJwk } = await generateKeys('Ed25519')
 * const sealed = await seal('The cat sat on the mat.', {
 *   signer: await createSigner(privateJwk),
 *   claims: { model: 'demo', provider: 'streamseal' },
 * })
 * assert.equal(strip(sealed.text), 'The cat sat on the mat.')
 * ```
 */
export async function seal(text: string, { ending, models, ...options }: SealOptions): Promise<SealEnd> {
  const sealer = createSealer(options)
  const sealed = sealer.feed(text)
  const end = await sealer.finish(ending, models && { models })
  return { ...end, text: sealed + end.text }
}
