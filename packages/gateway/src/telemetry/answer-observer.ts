/** What a relay tells of an answer that it carries in the provider's own bytes: twice an answer, and nothing for each chunk. */

/** Told of one answer. */
export interface AnswerObserver {
  /** The first bytes of a stream have come. */
  firstChunk(): void
  /** The answer is over, whole or not; called once. */
  end(seen: SeenAnswer): void
}

/** What a relay saw of an answer. */
export interface SeenAnswer {
  /** Events of the stream; 0 where the answer came in one piece. */
  readonly chunks: number
  /** The provider's own object that says the usage, or the last one: `id`, `model` and `usage` are read. */
  readonly said?: Readonly<Record<string, unknown>> | undefined
  /** The provider's words, one a choice that has finished. */
  readonly finishReasons: readonly string[]
  /** Why it is not whole: what a client was told, or `ABORTED` where that has gone. */
  readonly error?: unknown
}
