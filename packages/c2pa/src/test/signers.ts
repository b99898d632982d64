/** Signers for tests: development chains, made once a run. */
import { type C2paSigner, createC2paSigner } from '../c2pa-signer.ts'
import {
  createDevelopmentChain,
  type DevelopmentAlgorithm,
  type DevelopmentChainOptions,
} from '../development-chain.ts'
import { type TrustList, trustAnchors } from '../trust-list.ts'

/** A signer, and the trust list that knows it. */
export interface TestSigner {
  signer: C2paSigner
  trust: TrustList
}

const made = new Map<DevelopmentAlgorithm, Promise<TestSigner>>()

/** The signer of this algorithm. */
export function testSigner(algorithm: DevelopmentAlgorithm = 'ES256'): Promise<TestSigner> {
  const signer = made.get(algorithm) ?? newSigner({ algorithm })
  made.set(algorithm, signer)
  return signer
}

/** A signer of its own. */
export async function newSigner(options: DevelopmentChainOptions = {}): Promise<TestSigner> {
  const { privateKey, chain, root } = await createDevelopmentChain(options)
  return {
    signer: await createC2paSigner({ privateKey, chain, allowDevelopment: true }),
    trust: trustAnchors(root, { allowDevelopment: true }),
  }
}
