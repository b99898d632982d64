/** The ways in which a text is read, apart from the readers: `verify` loads those only for a text that is not intact. */

/** How a text is read. */
export type Reading = 'markdown' | 'rendered' | 'listed' | 'escaped'

/** Every reading, in the order in which a verifier tries them. */
export const readings: readonly Reading[] = ['markdown', 'rendered', 'listed', 'escaped']

/** Those of a text that its sealer did not take for Markdown: what a page shows is what it is. */
export const plainReadings: readonly Reading[] = ['rendered']

/** The skeleton of a text and where each of its code points stands. */
export interface Skeleton {
  /** The code points that count, in NFC. */
  chars: string
  /** The UTF-16 offset in the text of each code point of `chars`, in order; never falling. */
  offsets: Uint32Array
}

/** What reads: `skeletonOf`. */
export type Read = (text: string, reading: Reading) => Skeleton
