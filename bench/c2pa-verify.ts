/**
 * Verifying C2PA-signed text, beside its floor: NFC and SHA-256 of the same words, once each. Medians of `rounds` turns;
 * both take turns in one process, so that a busy machine slows both. `proofs/c2pa-speed.proof.ts` runs it and prints
 * `c2patxt` beside it where `interop/c2pa/run` has installed that.
 */
import {
  createC2paSigner,
  createDevelopmentChain,
  signText,
  trustAnchors,
  verifyText,
} from '@streamseal/c2pa'

/** The kinds of text that are measured: how long NFC takes depends on it. */
const kinds = {
  ascii: 'The quick brown fox jumps over the lazy dog. ',
  latin: 'Größere Äpfel, façade, naïve Œuvre; déjà vu. ',
  chinese: '敏捷的棕色狐狸跳过了懒狗。',
} as const

/** What is measured of one text, in milliseconds. */
export interface Timing {
  kind: keyof typeof kinds
  megabytes: number
  floorMs: number
  verifyMs: number
  ratio: number
  /** The signed text, for others to be timed with. */
  text: string
}

/** Measures one kind of text of so many megabytes (10⁶ bytes of UTF-8). */
export async function timeVerification(
  kind: Timing['kind'],
  megabytes: number,
  rounds: number,
): Promise<Timing> {
  const { privateKey, chain, root } = await createDevelopmentChain()
  const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
  const trust = trustAnchors(root, { allowDevelopment: true })
  const unit = kinds[kind]
  const words = unit.repeat(Math.ceil((megabytes * 1e6) / new TextEncoder().encode(unit).length))
  const { text } = await signText(words, { signer, claims: { model: 'demo' } })
  const floor = (): Promise<unknown> =>
    crypto.subtle.digest('SHA-256', new TextEncoder().encode(bare(text).normalize('NFC')))
  const verify = async (): Promise<void> => {
    const { state } = await verifyText(text, { trust })
    if (state !== 'trusted') throw new Error(`Cannot time a text that is ${state}`)
  }
  const times = { floor: [] as number[], verify: [] as number[] }
  for (let round = 0; round <= rounds; round++) {
    times.floor.push(await timed(floor))
    times.verify.push(await timed(verify))
  }
  const [floorMs, verifyMs] = [median(times.floor.slice(1)), median(times.verify.slice(1))]
  return { kind, megabytes, floorMs, verifyMs, ratio: verifyMs / floorMs, text }
}

/** The words as a verifier gets them: a part of the text that carries the wrapper. */
const bare = (text: string): string => text.slice(0, text.lastIndexOf('\uFEFF'))

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const median = (times: number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN
