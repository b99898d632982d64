/** The hash algorithms that C2PA allows (2.4 clause 13.1), and hashing with them. */
import type { Bytes } from './bytes.ts'

const algorithms = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const

/** The name of a hash algorithm, as manifests spell it. */
export type HashAlgorithm = keyof typeof algorithms

/** Whether `name` is a hash algorithm that C2PA allows. */
export const isHashAlgorithm = (name: unknown): name is HashAlgorithm =>
  typeof name === 'string' && Object.hasOwn(algorithms, name)

/** The hash of `data`. */
export const digest = async (algorithm: HashAlgorithm, data: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest(algorithms[algorithm], data))
