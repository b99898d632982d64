/** What edits a provider's stream in place, whatever the dialect. Strings are byte strings: one char a byte (latin1). */
import type { AnswerSeal } from '../sealing/answer-seal.ts'

/** What an editor is told. */
export interface StreamEditorOptions {
  /** One seal a choice, by its index; none where the answer is not sealed. */
  readonly seals: readonly AnswerSeal[]
  /** How many choices were asked for. */
  readonly choices: number
  /** The largest event, and the longest text, that is held. */
  readonly maxEventBytes: number
}

/**
 * Edits one stream. `feed` never waits and never throws: where a closing has to be signed, `waiting` says until when
 * nothing more comes; where the stream cannot go on, `failure` says why, after everything before that has been given out.
 */
export interface StreamEditor {
  /** Why nothing more comes: a `StreamError` for what is no stream of this dialect. */
  readonly failure: unknown
  /** Set while a closing is being signed: await it, then `feed('')` gives what follows. */
  readonly waiting: Promise<void> | undefined
  /** True once the stream's last event has been given out. */
  readonly isDone: boolean
  /** How many events have come. */
  readonly events: number
  /** The last object that came with a usage. */
  readonly withUsage: Readonly<Record<string, unknown>> | undefined
  /** The last object that came, for its id and the model's name. */
  readonly last: Readonly<Record<string, unknown>> | undefined
  /** The provider's finish reasons, one a choice. */
  readonly finishReasons: readonly string[]
  /** Takes any slice of the upstream's bytes and returns the bytes that are ready to send. */
  feed(bytes: string): string
  /** The upstream has ended: returns what is left; `failure` is `STREAM_INCOMPLETE` where the answer is not whole. */
  end(): string
  /** Ends every open seal early and returns what was held and the closings as events, to send before `errorEvents`. */
  close(ending: 'aborted' | 'failed'): Promise<string>
  /** What tells a client, in its dialect, why its stream ends early. */
  errorEvents(error: unknown): string
}
