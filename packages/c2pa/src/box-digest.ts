/** Hashes of boxes, each computed once: references can name the same large box many thousand times. */
import type { Bytes } from './bytes.ts'
import { digest, type HashAlgorithm } from './digests.ts'
import type { SuperBox } from './jumbf.ts'

const known = new WeakMap<SuperBox, Map<HashAlgorithm, Promise<Bytes>>>()

/** The hash of what a hashed URI covers in a box (clause 8.4.2.3). */
export function boxDigest(algorithm: HashAlgorithm, box: SuperBox): Promise<Bytes> {
  const ofBox = known.get(box) ?? new Map<HashAlgorithm, Promise<Bytes>>()
  known.set(box, ofBox)
  const hash = ofBox.get(algorithm) ?? digest(algorithm, box.payload)
  ofBox.set(algorithm, hash)
  return hash
}
