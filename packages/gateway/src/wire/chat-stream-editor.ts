/**
 * Seals an OpenAI chat-completion stream by editing the provider's own events: only the texts of `delta.content` change, and only
 * where a mark goes in; every other byte passes as it came. Strings here are byte strings (one char a byte, latin1),
 * because server-sent events are cut at ASCII characters and most of them need no decoding at all.
 */
import { StreamError } from '@streamseal/stream'
import type { AnswerSeal, Closing } from '../sealing/answer-seal.ts'
import { endingOf } from '../sealing/endings.ts'
import { streamsealField } from '../sealing/streamseal-field.ts'
import { fromBytes, toBytes } from './byte-string.ts'
import { type ChatChunk, type ChatText, chunkOf, contentEvent, parseChunk, textEdits } from './chat-chunk.ts'
import { createEventSplitter, dataOf, type EventSplitter, withData } from './event-splitter.ts'
import { addMember, applyEdits } from './locate-json.ts'
import { openAIErrorEvent } from './openai-error.ts'
import { RepeatedEvents } from './repeated-events.ts'
import { tryParse } from './try-parse.ts'

/** What the editor is told. */
export interface ChatStreamEditorOptions {
  /** One seal a choice, by its index; none where the answer is not sealed. */
  readonly seals: readonly AnswerSeal[]
  /** How many choices were asked for. */
  readonly choices: number
  /** The largest event that is held while it arrives. */
  readonly maxEventBytes: number
}

/** Texts of an event, and what stands there instead. */
type Contents = ReadonlyMap<ChatText, string>

/** An event whose choices have just finished, while their closings are being signed. */
interface Finishing {
  readonly event: string
  readonly json: string
  readonly edits: Contents
  readonly positions: readonly number[]
}

const done = 'data: [DONE]\n\n'

/** Clients pass over one at the very beginning (WHATWG HTML §9.2.5). */
const byteOrderMark = toBytes('\uFEFF')

/**
 * Edits one stream. `feed` never waits and never throws: where a closing has to be signed, `waiting` says until when
 * nothing more comes; where the stream cannot go on, `failure` says why, after everything before that has been given out.
 */
export class ChatStreamEditor {
  /** Why nothing more comes: a `StreamError` for what is no chat-completion stream. */
  failure: unknown
  /** Set while a closing is being signed: await it, then `feed('')` gives what follows. */
  waiting: Promise<void> | undefined
  /** True once `[DONE]` has been given out. */
  isDone = false
  /** How many events have come. */
  events = 0
  /** The last event's object that had a usage: what telemetry reads once, at the end. */
  withUsage: Readonly<Record<string, unknown>> | undefined
  /** The provider's finish reasons, one a choice. */
  readonly finishReasons: string[] = []
  readonly #options: ChatStreamEditorOptions
  readonly #splitter: EventSplitter
  readonly #repeated: RepeatedEvents
  readonly #queue: string[] = []
  readonly #finished = new Set<number>()
  readonly #closings = new Map<number, Closing>()
  /** The last log-probabilities of each choice that has them. */
  readonly #tokens = new Map<number, readonly unknown[]>()
  #resume: (() => string) | undefined
  #held = ''
  #isFirst = true
  #last: ChatChunk | undefined

  constructor(options: ChatStreamEditorOptions) {
    this.#options = options
    this.#splitter = createEventSplitter(options.maxEventBytes)
    this.#repeated = new RepeatedEvents(options.maxEventBytes)
  }

  /** Takes any slice of the upstream's bytes and returns the bytes that are ready to send. */
  feed(bytes: string): string {
    if (bytes === '' || !this.#mayRepeat()) return this.#feedRead(bytes)
    const out = this.#repeated.feed(bytes)
    const { taken, count, failure } = this.#repeated
    this.events += count
    this.failure = failure
    return taken === bytes.length ? out : out + this.#feedRead(bytes.slice(taken))
  }

  /** Whether nothing is held, so that an event can pass unread. */
  #mayRepeat(): boolean {
    return this.#isGoing() && this.#finished.size === 0 && this.#queue.length === 0 && this.#splitter.isEmpty
  }

  /** Reads each event. */
  #feedRead(bytes: string): string {
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

  #split(bytes: string): void {
    const events = this.#splitter.feed(bytes)
    this.events += events.length
    this.#queue.push(...events)
  }

  /** The last object that came, for its id and the model's name. */
  get last(): Readonly<Record<string, unknown>> | undefined {
    return this.#last?.head
  }

  /** The upstream has ended: returns what is left; `failure` is `STREAM_INCOMPLETE` where the answer is not whole. */
  end(): string {
    if (!this.#isGoing() || this.#resume !== undefined) return ''
    const rest = dataOf(this.#splitter.rest)?.trim() ?? ''
    // Some servers never end their last line; whole JSON shows that nothing of it is missing.
    const last = tryParse(rest) === undefined ? '' : this.feed('\n\n')
    if (!this.#isGoing()) return last
    if (rest === '[DONE]' || this.#isComplete()) this.#queue.push(done)
    else this.failure = incomplete()
    return last + this.feed('')
  }

  /** Ends every open seal early and returns what was held and the closings as events, to send before an error frame. */
  async close(ending: 'aborted' | 'failed'): Promise<string> {
    const before = await this.#release()
    const open = this.#open()
    await this.#sign(
      open.map(index => [index, ending]),
      // Whoever stopped the stream has gone, and gets nothing more.
      ending === 'aborted',
    )
    return before + open.map(index => this.#closingEvent(index)).join('') + this.#besideEvent()
  }

  /** The closings that stand beside the text, where the stream ends before the event that would have carried them. */
  #besideEvent(): string {
    const hasDetached = [...this.#closings.values()].some(({ detached }) => detached !== undefined)
    if (!hasDetached || this.isDone || this.#last === undefined) return ''
    return contentEvent(this.#last, undefined, '', { streamseal: this.#field() })
  }

  /** What tells a client why its stream ends early: an event without `[DONE]`. */
  errorEvents(error: unknown): string {
    return openAIErrorEvent(error)
  }

  /** What has been sealed and not yet given out: text that the seal covers must not be lost. */
  async #release(): Promise<string> {
    const isSigned = await Promise.resolve(this.waiting).then(
      () => true,
      () => false,
    )
    const resume = this.#resume
    this.#resume = undefined
    const finished = isSigned ? (resume?.() ?? '') : ''
    const held = this.#held
    this.#held = ''
    return finished + held
  }

  #isGoing(): boolean {
    return this.waiting === undefined && this.failure === undefined && !this.isDone
  }

  #nextStep(): (() => string) | undefined {
    const resume = this.#resume
    this.#resume = undefined
    if (resume !== undefined) return resume
    const event = this.#queue.shift()
    if (event !== undefined) return () => this.#takeNext(event)
    if (this.#splitter.isOverlong) this.failure = overlong(this.#options.maxEventBytes)
    return undefined
  }

  #takeNext(event: string): string {
    const isMarked = this.#isFirst && event.startsWith(byteOrderMark)
    this.#isFirst = false
    return isMarked ? byteOrderMark + this.#take(event.slice(byteOrderMark.length)) : this.#take(event)
  }

  #take(event: string): string {
    const data = dataOf(event)
    if (data === undefined) return event
    if (data.trim() === '[DONE]') return this.#finishAll(event)
    const json = fromBytes(data)
    const chunk = parseChunk(json)
    if (this.#last === undefined) this.#nameModel(chunk)
    this.#last = chunk
    if (chunk.head.usage) this.withUsage = chunk.head
    return this.#edit(event, json, chunk)
  }

  #edit(event: string, json: string, chunk: ChatChunk): string {
    const edits = new Map<ChatText, string>()
    const finishing: [position: number, index: number, reason: string][] = []
    chunk.choices.forEach((choice, position) => {
      // What a server sends after its own finish reason passes as it is: the seal is closed, and a verifier says so.
      const seal = this.#finished.has(choice.index) ? undefined : this.#sealOf(choice.index)
      for (const place of choice.texts) {
        if (place.tokens !== undefined) this.#tokens.set(choice.index, place.tokens)
        const sealed = seal?.feed(place.text)
        if (sealed !== undefined && sealed !== place.text) edits.set(place, sealed)
      }
      if (choice.finishReason !== undefined && !this.#finished.has(choice.index)) {
        finishing.push([position, choice.index, choice.finishReason])
        this.finishReasons.push(choice.finishReason)
      }
    })
    if (finishing.length === 0) {
      this.#repeated.learn(event, chunk, this.#sealOf(chunk.choices[0]?.index ?? 0))
      return this.#emit(withContents(event, json, edits))
    }
    const positions = finishing.map(([position]) => position)
    this.#waitFor(this.#sign(finishing.map(([, index, reason]) => [index, endingOf(reason)])), () =>
      this.#emitFinished({ event, json, edits, positions }, chunk),
    )
    return ''
  }

  /** The closing goes into the event's own content where it has some, and else into an event of its own before it. */
  #emitFinished({ event, json, edits, positions }: Finishing, chunk: ChatChunk): string {
    const complete = new Map(edits)
    let before = ''
    for (const position of positions) {
      const { index, texts } = chunkOf(chunk, position)
      const closing = this.#closings.get(index)?.text ?? ''
      const last = texts.at(-1)
      if (last === undefined) before += this.#closingEvent(index)
      else if (closing !== '') complete.set(last, (edits.get(last) ?? last.text) + closing)
    }
    return before + this.#emit(withContents(event, json, complete))
  }

  /** `[DONE]` without a finish reason still ends every choice; some servers send none. */
  #finishAll(event: string): string {
    const open = this.#open()
    if (open.length === 0) return this.#emitDone(event)
    this.#waitFor(
      this.#sign(open.map(index => [index, 'complete'])),
      () => open.map(index => this.#closingEvent(index)).join('') + this.#emitDone(event),
    )
    return ''
  }

  #emitDone(event: string): string {
    const last = this.#held
    this.#held = ''
    this.isDone = true
    const field = this.#field()
    if (field === undefined) return last + event
    if (last === '') return contentEvent(this.#last, undefined, '', { streamseal: field }) + event
    return withData(last, toBytes(addMember(fromBytes(dataOf(last) ?? '{}'), 'streamseal', field))) + event
  }

  /** Once every choice has finished, the newest event is held until it is known whether it is the last. */
  #emit(event: string): string {
    if (this.#options.seals.length === 0 || !this.#isComplete()) return event
    const before = this.#held
    this.#held = event
    return before
  }

  #closingEvent(index: number): string {
    const text = this.#closings.get(index)?.text ?? ''
    if (text === '' || this.#last === undefined) return ''
    return contentEvent(this.#last, index, text, {}, this.#tokens.get(index))
  }

  #waitFor(work: Promise<void>, resume: () => string): void {
    this.#resume = resume
    this.waiting = work.finally(() => {
      this.waiting = undefined
    })
  }

  async #sign(
    endings: (readonly [index: number, ending: ReturnType<typeof endingOf>])[],
    beside = false,
  ): Promise<void> {
    for (const [index] of endings) this.#finished.add(index)
    await Promise.all(
      endings.map(async ([index, ending]) => {
        const closing = await this.#sealOf(index)?.finish(ending, { beside })
        if (closing !== undefined) this.#closings.set(index, closing)
      }),
    )
  }

  #nameModel({ head }: ChatChunk): void {
    if (typeof head.model === 'string') for (const seal of this.#options.seals) seal.named(head.model)
  }

  #sealOf(index: number): AnswerSeal | undefined {
    return this.#options.seals[index]
  }

  /** The choices whose seals have not been closed. */
  #open(): number[] {
    return this.#options.seals.map((_, index) => index).filter(index => !this.#finished.has(index))
  }

  #isComplete(): boolean {
    return this.#finished.size >= this.#options.choices
  }

  #field(): ReturnType<typeof streamsealField> {
    return streamsealField(this.#options.seals, this.#closings)
  }
}

function withContents(event: string, json: string, contents: Contents): string {
  if (contents.size === 0) return event
  const edits = [...contents].flatMap(([place, content]) => textEdits(json, place, content))
  return withData(event, toBytes(applyEdits(json, edits)))
}

function overlong(maxEventBytes: number): StreamError {
  return new StreamError(
    `Cannot read the provider's stream: an event is longer than ${maxEventBytes} bytes`,
    {
      code: 'LIMIT_EXCEEDED',
    },
  )
}

function incomplete(): StreamError {
  return new StreamError(
    'Cannot finish the answer: the provider ended the stream before the answer was complete',
    {
      code: 'STREAM_INCOMPLETE',
    },
  )
}
