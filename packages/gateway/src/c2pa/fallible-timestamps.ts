/** Signing with time-stamps where there are some: an authority that fails costs an answer its time, and nothing else. */
import { C2paError, type C2paSigner } from '@streamseal/c2pa'

/** What `withFallibleTimestamps` is told. */
export interface FallibleOptions {
  /** Called where there was no time-stamp; what was to be signed is signed without. */
  readonly onError: (error: C2paError) => void
  /** How long an authority that failed is left alone, in milliseconds; default 30,000. */
  readonly pauseMs?: number
  /** Milliseconds since any fixed moment; default: the process's clock. */
  readonly now?: () => number
}

/** Signs one text with the signer that it is given. */
export type SignWith<Signed> = (signer: C2paSigner) => Promise<Signed>

/** Runs `sign` with the signer, and once more without its authority where that failed. */
export type FallibleSigning = <Signed>(sign: SignWith<Signed>) => Promise<Signed>

/** Makes it for one signer. An authority that failed is not asked again for a while: every answer would wait for it. */
export function withFallibleTimestamps(
  signer: C2paSigner,
  { onError, pauseMs = 30_000, now = () => performance.now() }: FallibleOptions,
): FallibleSigning {
  const { timestamp, ...bare } = signer
  const plain: C2paSigner = { ...bare, sign: data => signer.sign(data) }
  let pausedUntil = Number.NEGATIVE_INFINITY
  return async sign => {
    if (!timestamp || now() < pausedUntil) return sign(plain)
    try {
      return await sign(signer)
    } catch (error) {
      if (!(error instanceof C2paError && error.code === 'TIMESTAMP_FAILED')) throw error
      pausedUntil = now() + pauseMs
      onError(error)
      return sign(plain)
    }
  }
}
