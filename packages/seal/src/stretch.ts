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

  push(exact: string, skeleton: string): void {
    this.exact.push(exact)
    this.skeleton.push(skeleton)
    if (!this.exact.isMarked) this.skeleton.forgetMark()
  }

  /** Here the stretch may be cut: the next character is a normalisation boundary, and nothing of the skeleton is pending. */
  mark(): void {
    this.exact.mark()
    this.skeleton.mark()
  }

  /** Whether the place that was marked last is still remembered. */
  get isMarked(): boolean {
    return this.exact.isMarked && this.skeleton.isMarked
  }

  /** Ends the stretch at its mark, and returns what came since. */
  cut(): { exact: string; skeleton: string } {
    return { exact: this.exact.cut(), skeleton: this.skeleton.cut() }
  }

  /** Lengths and digests; nothing may be pushed afterwards. */
  close(): Extent {
    return {
      exactLength: this.exact.length,
      skeletonLength: this.skeleton.length,
      exactDigest: this.exact.digest(),
      skeletonDigest: this.skeleton.digest(),
    }
  }
}
