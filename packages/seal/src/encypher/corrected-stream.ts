/** A stream of chunks as it should be: every text of it marked once, whatever the chunks look like. */
import type { Ending } from '../claims.ts'
import { Channel, type ChannelEnd } from './channel.ts'
import { readChunk } from './chunks/read-chunk.ts'
import { type ChunkReading, type TextPlace, withText } from './chunks/reading.ts'
import type { HandlerConfig } from './handler-config.ts'

/** The end of one text of several. */
export interface NamedEnd extends ChannelEnd {
  /** Which text: `text` for plain strings, `choice 0`, `block 0`, `output 0.0`, `completion`. */
  channel: string
  /** For chunks: one that carries `text`, to be sent as it is. */
  chunk?: unknown
}

interface State {
  channel: Channel
  /** Makes a chunk of the last one's kind. */
  carry: ((text: string) => unknown) | undefined
  received: number
  sent: string
}

/** The plain text's channel. */
const PLAIN = 'text'

/** The machine behind `StreamingHandler` and `MetadataStream`. */
export class CorrectedStream {
  readonly #config: HandlerConfig
  readonly #states = new Map<string, State>()
  /** Texts whose end `closing` has given, and what it was. */
  readonly #closed = new Map<string, NamedEnd>()
  readonly #earlier: NamedEnd[] = []

  constructor(config: HandlerConfig) {
    this.#config = config
  }

  /** Whether any text has its block. */
  get hasEncoded(): boolean {
    return [...this.#states.values()].some(({ channel }) => channel.isMarked)
  }

  /** Characters that wait in all texts together, in code points. */
  get waiting(): number {
    return [...this.#states.values()].reduce((sum, { channel }) => sum + channel.waiting, 0)
  }

  /** Whether the end of any text still owes a mark. */
  get isOwed(): boolean {
    return [...this.#states.values()].some(({ channel }) => channel.isOwed)
  }

  /** The next piece of plain text. */
  text(piece: string): string {
    return this.#state(PLAIN).channel.feed(piece)
  }

  /** A chunk with its texts marked; the chunk itself stays as it is, and one that holds no text is returned. */
  chunk<T>(chunk: T): T {
    const reading = readChunk(chunk)
    return reading ? this.#flushEnds(this.#rewrite(chunk, reading), reading) : chunk
  }

  #rewrite<T>(chunk: T, { texts }: ChunkReading): T {
    let copy = chunk
    for (const place of texts) {
      const text = place.isWhole ? this.#recall(place) : this.#feed(place)
      if (text !== place.text) copy = withText(copy, place.path, text)
    }
    return copy
  }

  #feed({ channel, text, carry }: TextPlace): string {
    this.#reopen(channel)
    const state = this.#state(channel)
    state.carry = carry
    state.received += text.length
    return this.#remember(state, state.channel.feed(text))
  }

  /** A closed text that goes on is another: a stream may hold several messages, whose blocks are numbered anew. */
  #reopen(channel: string): void {
    const end = this.#closed.get(channel)
    if (!end) return
    this.#earlier.push(end)
    this.#closed.delete(channel)
    this.#states.delete(channel)
  }

  #remember(state: State, sent: string): string {
    if (state.received <= this.#config.maxRememberedLength) state.sent += sent
    return sent
  }

  /** The whole text again, as it was sent. */
  #recall({ channel, text }: TextPlace): string {
    const state = this.#states.get(channel)
    return state && state.received === text.length && state.received <= this.#config.maxRememberedLength
      ? state.sent
      : text
  }

  /** What is left of a text whose last chunk this is, into that chunk, where it has a place for it. */
  #flushEnds<T>(chunk: T, { ends }: ChunkReading): T {
    let copy = chunk
    for (const { channel, path } of ends) {
      const state = path && this.#states.get(channel)
      const rest = state ? this.#remember(state, state.channel.flush()) : ''
      if (path && rest !== '') copy = withText(copy, path, textAt(copy, path) + rest)
    }
    return copy
  }

  /** As `chunk`, with the ends of the texts that it closes: in it, where it has a place for them, or before it. */
  async closing(chunk: unknown, ending: Ending): Promise<unknown[]> {
    const ends = (readChunk(chunk)?.ends ?? []).filter(({ channel }) => this.#states.has(channel))
    let copy = this.chunk(chunk)
    const before: unknown[] = []
    for (const { channel, path } of ends) {
      const end = await this.#end(channel, ending)
      const { text, chunk: carrier } = end
      this.#closed.set(channel, end)
      if (path && text !== '') copy = withText(copy, path, textAt(copy, path) + text)
      else if (text !== '') before.push(carrier)
    }
    // Where something went out before it, an event that repeats a whole text repeats that too.
    return before.length === 0 ? [copy] : [...before, this.chunk(chunk)]
  }

  /** The ends that `closing` has given. */
  get closed(): NamedEnd[] {
    return [...this.#earlier, ...this.#closed.values()]
  }

  async #end(name: string, ending: Ending): Promise<NamedEnd> {
    const state = this.#state(name)
    const end = await state.channel.finish(ending)
    this.#remember(state, end.text)
    const chunk = state.carry && end.text !== '' ? state.carry(end.text) : undefined
    return { channel: name, ...end, ...(chunk !== undefined && { chunk }) }
  }

  /** Ends every text that is not closed yet, in the order of their first pieces. */
  async finish(ending: Ending): Promise<NamedEnd[]> {
    if (this.#states.size === 0) this.#state(PLAIN)
    const ends: NamedEnd[] = []
    for (const name of this.#states.keys())
      if (!this.#closed.has(name)) ends.push(await this.#end(name, ending))
    return ends
  }

  #state(name: string): State {
    const known = this.#states.get(name)
    if (known) return known
    const state: State = { channel: new Channel(this.#config), carry: undefined, received: 0, sent: '' }
    this.#states.set(name, state)
    return state
  }
}

/** The text at a path of a chunk, or nothing. */
function textAt(chunk: unknown, path: readonly (string | number)[]): string {
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<string, unknown> | undefined)?.[key as string],
    chunk,
  )
  return typeof value === 'string' ? value : ''
}
