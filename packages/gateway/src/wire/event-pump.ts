/** Gives a stream's events to an editor one by one; where one has to wait, those behind it wait in order. Byte strings. */
import { StreamError } from '@streamseal/stream'
import { createEventSplitter, dataOf, type EventSplitter } from './event-splitter.ts'
import { tryParse } from './try-parse.ts'

/** What an editor does with one event: what is given out for it. */
export type TakeEvent = (event: string) => string

/** The machine under an editor. */
export class EventPump {
  /** Why nothing more comes. */
  failure: unknown
  /** Set while something is awaited: await it, then `feed('')` gives what follows. */
  waiting: Promise<void> | undefined
  /** Set by the editor with the last event: nothing behind it is read. */
  isDone = false
  /** How many events have come. */
  events = 0
  readonly #splitter: EventSplitter
  readonly #maxEventBytes: number
  readonly #take: TakeEvent
  readonly #queue: string[] = []
  #resume: (() => string) | undefined

  constructor(maxEventBytes: number, take: TakeEvent) {
    this.#splitter = createEventSplitter(maxEventBytes)
    this.#maxEventBytes = maxEventBytes
    this.#take = take
  }

  /** Takes any slice of the stream and returns what is ready to send. */
  feed(bytes: string): string {
    if (bytes !== '') this.#split(bytes)
    let out = ''
    while (this.#isGoing()) {
      const step = this.#nextStep()
      if (step === undefined) break
      try {
        out += step()
      } catch (error) {
        this.failure = error
      }
    }
    return out
  }

  /** The stream has ended: an event whose last line was never ended counts where its JSON is whole; `failure` is `STREAM_INCOMPLETE` unless the last event has come. */
  end(): string {
    if (!this.#isGoing() || this.#resume !== undefined) return ''
    const rest = this.#splitter.rest
    const out = tryParse(dataOf(rest) ?? '') === undefined ? '' : this.feed('\n\n')
    if (!this.isDone && this.#isGoing()) this.failure = incomplete()
    return out
  }

  /** Called while an event is taken: what `resume` returns is given out once `work` is done, and nothing before. */
  wait(work: Promise<void>, resume: () => string): string {
    this.#resume = resume
    this.waiting = work.finally(() => {
      this.waiting = undefined
    })
    return ''
  }

  /** What was waited for, once that is known; empty where it failed. For a stream that ends early. */
  async settle(): Promise<string> {
    const isDone = await Promise.resolve(this.waiting).then(
      () => true,
      () => false,
    )
    const resume = this.#resume
    this.#resume = undefined
    return isDone ? (resume?.() ?? '') : ''
  }

  #split(bytes: string): void {
    const events = this.#splitter.feed(bytes)
    this.events += events.length
    for (const event of events) this.#queue.push(event)
  }

  #isGoing(): boolean {
    return this.waiting === undefined && this.failure === undefined && !this.isDone
  }

  #nextStep(): (() => string) | undefined {
    const resume = this.#resume
    this.#resume = undefined
    if (resume !== undefined) return resume
    const event = this.#queue.shift()
    if (event !== undefined) return () => this.#take(event)
    if (this.#splitter.isOverlong) this.failure = overlong(this.#maxEventBytes)
    return undefined
  }
}

/** More came in one piece than may be held. */
export function overlong(maxEventBytes: number): StreamError {
  return new StreamError(
    `Cannot read the provider's stream: an event is longer than ${maxEventBytes} bytes`,
    { code: 'LIMIT_EXCEEDED' },
  )
}

function incomplete(): StreamError {
  return new StreamError(
    'Cannot finish the answer: the provider ended the stream before the answer was complete',
    { code: 'STREAM_INCOMPLETE' },
  )
}
