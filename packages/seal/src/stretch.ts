/** One stretch of the text while it is measured: a segment, or what follows the last one. */
import { textHasher } from './digests.ts'
import type { Extent } from './payload.ts'
import { TextMeter } from './text-meter.ts'

/** Measures the exact text and the skeleton of one stretch. */
export class Stretch {
  readonly exact: TextMeter
  readonly skeleton: TextMeter

  constructor(streamId: Uint8Array, index: number) {
    this.exact = new TextMeter(textHasher('exact', streamId, index))
    this.skeleton = new TextMeter(textHasher('skeleton', streamId, index))
  }

  /** Lengths and digests; nothing may be pushed afterwards. */
  close(): Extent {
    return {
      exactLength: this.exact.settle(),
      skeletonLength: this.skeleton.settle(),
      exactDigest: this.exact.digest(),
      skeletonDigest: this.skeleton.digest(),
    }
  }
}
