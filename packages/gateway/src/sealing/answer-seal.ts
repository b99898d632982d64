/** The seal of one answer as the wire formats use it: text in, sealed text out, and what travels beside it. */
import type { Ending } from '@streamseal/seal'

/** What a finished seal leaves: marks to append to the text, or the closing that could not stand there. */
export interface Closing {
  readonly text: string
  readonly detached?: string
}

/** Seals one answer, or one choice of it. */
export interface AnswerSeal {
  readonly streamId: string
  /** Says how the provider names the model; the first name counts, and none after the first text. */
  named(model: string): void
  /** Takes any slice of the text that a person reads and returns it with marks; never waits. */
  feed(text: string): string
  /** Ends the seal and keeps its closing by stream id, with `beside` even one that could be appended: nobody is there to get it. A second call returns the first one's outcome. */
  finish(ending: Ending, options?: { readonly beside?: boolean }): Promise<Closing>
}

/** The seal's other half on the wire, as the `streamseal` field of an answer. */
export interface StreamsealField {
  readonly stream_id: string
  readonly detached?: string
}
