/** Real seals for the tests of the wire formats: a key of their own, short segments, nothing kept. */
import {
  createSealer,
  createSigner,
  generateKeys,
  type Signer,
  type Trust,
  trustList,
} from '@streamseal/seal'
import type { AnswerSeal, Closing } from '../src/sealing/answer-seal.ts'

/** So short that short texts have marks inside, in UTF-16 units. */
export const testSegmentChars = 40

/** A seal, and how it was ended. */
export type TestSeal = AnswerSeal & { readonly endings: string[] }

/** Makes a key; `newSeal` seals with it, `trust` trusts it. Segments are short, so that short texts get marks inside too. */
export async function createTestSeals(): Promise<{
  newSeal: () => TestSeal
  trust: Trust
  signer: Signer
}> {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const signer = await createSigner(privateJwk)
  const newSeal = (): TestSeal => {
    const sealer = createSealer({ signer, claims: { model: 'm' }, segmentChars: testSegmentChars })
    const endings: string[] = []
    let outcome: Promise<Closing> | undefined
    return {
      streamId: sealer.streamId,
      endings,
      named: () => undefined,
      feed: text => sealer.feed(text),
      finish(ending, options) {
        endings.push(ending)
        outcome ??= sealer.finish(ending, options)
        return outcome
      },
    }
  }
  return { newSeal, trust: trustList(publicJwk), signer }
}
