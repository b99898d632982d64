/** What the editors of named events have in common: one seal, and a pump that gives them a stream event by event. */
import type { Ending } from '@streamseal/seal'
import type { AnswerSeal, Closing, StreamsealField } from '../sealing/answer-seal.ts'
import { streamsealField } from '../sealing/streamseal-field.ts'
import { EventPump } from './event-pump.ts'
import type { StreamEditor, StreamEditorOptions } from './stream-editor.ts'

/** An editor that takes one event after the other. */
export abstract class PumpedEditor implements StreamEditor {
  withUsage: Readonly<Record<string, unknown>> | undefined
  last: Readonly<Record<string, unknown>> | undefined
  readonly finishReasons: string[] = []
  protected readonly seal: AnswerSeal | undefined
  protected readonly pump: EventPump
  /** What of the closing has not been given out. */
  protected unsaid = ''
  #closing: Closing | undefined

  constructor({ seals, maxEventBytes }: StreamEditorOptions) {
    this.seal = seals[0]
    this.pump = new EventPump(maxEventBytes, bytes => this.take(bytes))
  }

  get failure(): unknown {
    return this.pump.failure
  }

  get waiting(): Promise<void> | undefined {
    return this.pump.waiting
  }

  get isDone(): boolean {
    return this.pump.isDone
  }

  get events(): number {
    return this.pump.events
  }

  feed(bytes: string): string {
    return this.pump.feed(bytes)
  }

  end(): string {
    return this.pump.end()
  }

  abstract close(ending: 'aborted' | 'failed'): Promise<string>

  abstract errorEvents(error: unknown): string

  /** What is given out for one event. */
  protected abstract take(bytes: string): string

  /** Ends the seal; what it leaves for the text is `unsaid`. */
  protected async finishSeal(ending: Ending, beside: boolean): Promise<void> {
    this.#closing = await this.seal?.finish(ending, { beside })
    this.unsaid = this.#closing?.text ?? ''
  }

  /** The seal's other half, or `undefined` where the answer is not sealed. */
  protected field(): StreamsealField | undefined {
    if (this.seal === undefined) return undefined
    const closings = this.#closing === undefined ? [] : ([[0, this.#closing]] as const)
    return streamsealField([this.seal], new Map(closings))
  }
}
