/**
 * Seals a stream of OpenAI's Responses API by editing the provider's own events: `response.output_text.delta` where a mark goes
 * in, what repeats the text, and what points into it; all else passes as it came.
 *
 * One seal covers all texts. Its closing belongs into the last one, so that what says a text whole is held until the next event
 * tells: another text goes on with the seal; a call that the client is to answer, or the end of the response, ends it. Items stay in
 * the order in which they came. Where an item of another kind comes last, the closing stands beside the text. The closing is
 * one event more, and the `sequence_number`s behind it are counted on.
 */
import type { Ending } from '@streamseal/seal'
import { endingOf } from '../sealing/endings.ts'
import { ProviderStreamError } from './chat-chunk.ts'
import { overlong } from './event-pump.ts'
import { type Edit, locateJson } from './locate-json.ts'
import { logprobsOfMark, markLogprobs } from './marked-logprobs.ts'
import type { PositionUnit } from './marked-text.ts'
import { isRecord, type NamedEvent, namedEvent, readNamedEvent, withEdits } from './named-event.ts'
import { PumpedEditor } from './pumped-editor.ts'
import { isClientCall, responseEnding } from './response-ending.ts'
import { responseErrorEvents } from './response-error.ts'
import { type ResponseText, ResponseTexts, replace, type TextPlace } from './response-texts.ts'
import type { StreamEditorOptions } from './stream-editor.ts'

type Fields = Readonly<Record<string, unknown>>

/** The text that may still be the last, and the events that say it whole, which are held. */
interface LastText {
  readonly place: TextPlace
  readonly text: ResponseText
  readonly itemId: unknown
  readonly held: NamedEvent[]
}

/** Nothing stands between a text's last delta and what decides about it but a few events. */
const maxHeldEvents = 64

/** Edits one stream. */
export class ResponseStreamEditor extends PumpedEditor {
  readonly #texts: ResponseTexts
  readonly #maxEventBytes: number
  #lastText: LastText | undefined
  /** How many events have been put in, and the number that the next one has. */
  #added = 0
  #sequence: number | undefined
  #sentChars = 0

  constructor(options: StreamEditorOptions, positions: PositionUnit = 'code-point') {
    super(options)
    this.#maxEventBytes = options.maxEventBytes
    this.#texts = new ResponseTexts(this.seal, positions)
  }

  async close(ending: 'aborted' | 'failed'): Promise<string> {
    const before = await this.pump.settle()
    // Whoever stopped the stream has gone, and gets nothing more.
    if (!this.#texts.isClosed) await this.#sign(ending, ending === 'aborted' || this.#lastText === undefined)
    return before + this.#lastWords()
  }

  errorEvents(error: unknown): string {
    return responseErrorEvents(error, {
      response: this.last,
      sequence: this.#sequence ?? 0,
      streamseal: this.field(),
    })
  }

  protected take(bytes: string): string {
    const event = readNamedEvent(bytes)
    if (event === undefined || this.seal === undefined) return this.#pass(bytes, event)
    switch (event.type) {
      case 'response.output_text.delta':
        return this.#delta(event)
      case 'response.output_text.done':
        return this.#textDone(event)
      case 'response.output_text.annotation.added':
      case 'response.content_part.done':
        return this.#hold(event)
      case 'response.output_item.done':
        return this.#itemDone(event)
      case 'response.content_part.added':
        return this.#release() + this.#emit(event)
      case 'response.output_item.added':
        return this.#itemAdded(event)
      default:
        return this.#others(event)
    }
  }

  #others(event: NamedEvent): string {
    this.#notice(event)
    const ending = responseEnding(event)
    return ending === undefined ? this.#hold(event) : this.#finish(event, ending)
  }

  /** Without a seal only the end is looked for. */
  #pass(bytes: string, event: NamedEvent | undefined): string {
    if (event === undefined) return bytes
    this.#notice(event)
    this.#number(event)
    this.pump.isDone = responseEnding(event) !== undefined
    return bytes
  }

  #notice({ type, value }: NamedEvent): void {
    if (type === 'error') throw new ProviderStreamError(value.error ?? errorOf(value))
    if (!isRecord(value.response)) return
    this.last = value.response
    if (isRecord(value.response.usage)) this.withUsage = value.response
    if (typeof value.response.model === 'string') this.seal?.named(value.response.model)
  }

  #delta(event: NamedEvent): string {
    const { delta, logprobs } = event.value
    if (typeof delta !== 'string' || delta === '') return this.#hold(event)
    const before = (this.#lastText?.held.length ?? 0) === 0 ? '' : this.#release()
    const place = placeOf(event.value)
    const text = this.#texts.at(place)
    text.isStreamed = true
    text.logprobs = logprobs ?? text.logprobs
    const { sent, marks } = this.#texts.feed(text, delta)
    this.#bound(sent)
    this.#open(event, place, text)
    if (sent === delta) return before + this.#emit(event)
    const tokens = { json: event.json, path: ['logprobs'], tokens: logprobs }
    return (
      before +
      this.#emit(event, [...replace(event.json, ['delta'], sent), ...markLogprobs(tokens, delta, marks)])
    )
  }

  #bound(sent: string): void {
    this.#sentChars += sent.length
    // What repeats the text would be as long.
    if (this.#sentChars > this.#maxEventBytes) throw overlong(this.#maxEventBytes)
  }

  #open(event: NamedEvent, place: TextPlace, text: ResponseText): void {
    if (this.#texts.isClosed || this.#lastText?.text === text) return
    this.#lastText = { place, text, itemId: event.value.item_id, held: [] }
  }

  #textDone(event: NamedEvent): string {
    const place = placeOf(event.value)
    const text = this.#texts.whole(place, event.value.text)
    if (text === undefined) return this.#release() + this.#emit(event)
    const before = this.#lastText === undefined || this.#lastText.text === text ? '' : this.#release()
    this.#open(event, place, text)
    return before + this.#hold(event, true)
  }

  #itemDone(event: NamedEvent): string {
    const { item, output_index: index } = event.value
    if (!isRecord(item) || item.type !== 'message') return this.#hold(event)
    return this.#sayUnsaid(event, item, numberOr(index, 0)) + this.#hold(event, true)
  }

  /** Some servers send a message whole, without its texts. */
  #sayUnsaid(event: NamedEvent, message: unknown, item: number): string {
    return outputTexts(message).reduce((before, { part, value }) => {
      const place = { item, part }
      const text = this.#texts.at(place).given === '' ? this.#texts.whole(place, value) : undefined
      if (text === undefined) return before
      const released = this.#release()
      this.#open(event, place, text)
      return before + released
    }, '')
  }

  #itemAdded(event: NamedEvent): string {
    const { item } = event.value
    if (this.#lastText !== undefined && isRecord(item) && isClientCall(item.type)) {
      return this.#closeThen('complete', () => this.#emit(event))
    }
    return this.#release() + this.#emit(event)
  }

  #finish(event: NamedEvent, ending: string): string {
    this.finishReasons.push(ending)
    const { response } = event.value
    const output: readonly unknown[] =
      isRecord(response) && Array.isArray(response.output) ? response.output : []
    const before = output.map((item, index) => this.#sayUnsaid(event, item, index)).join('')
    return this.#closeThen(endingOf(ending), () => {
      this.pump.isDone = true
      return before + this.#emit(event, [...this.#editsOf(event), ...this.#fieldEdits(event)])
    })
  }

  /** The seal's field, on the last event and on its response. */
  #fieldEdits({ json, value }: NamedEvent): Edit[] {
    const member = `"streamseal":${JSON.stringify(this.field())}`
    const response = isRecord(value.response) ? locateJson(json, ['response']) : undefined
    const end = json.lastIndexOf('}')
    const inside = response === undefined ? [] : [memberAt(response.end - 1, member, Object(value.response))]
    return [...inside, memberAt(end, member, value)]
  }

  /** Closes the seal, if that has not been done, and goes on behind it. */
  #closeThen(ending: Ending, next: () => string): string {
    if (this.#texts.isClosed) return this.#lastWords() + next()
    const isBeside = this.#lastText === undefined
    return this.pump.wait(this.#sign(ending, isBeside), () => this.#lastWords() + next())
  }

  async #sign(ending: Ending, beside: boolean): Promise<void> {
    this.#texts.isClosed = true
    await this.finishSeal(ending, beside)
  }

  /** The closing, as one more delta of the text that is the last, and what says that text whole. */
  #lastWords(): string {
    const last = this.#lastText
    if (last === undefined) return ''
    const closing = this.unsaid
    this.unsaid = ''
    last.text.add('', closing)
    return (
      (closing === '' || !last.text.isStreamed ? '' : this.#closingDelta(last, closing)) + this.#release()
    )
  }

  #closingDelta({ place, text, itemId }: LastText, delta: string): string {
    const sequence_number = this.#sequence
    if (sequence_number !== undefined) {
      this.#added++
      this.#sequence = sequence_number + 1
    }
    return namedEvent({
      type: 'response.output_text.delta',
      ...(sequence_number === undefined ? {} : { sequence_number }),
      ...(itemId === undefined ? {} : { item_id: itemId }),
      output_index: place.item,
      content_index: place.part,
      delta,
      logprobs: logprobsOfMark(delta, text.logprobs) ?? [],
    })
  }

  /** Holds what comes while it is open whether the text before it is the last; else gives it out. */
  #hold(event: NamedEvent, begins = false): string {
    const held = this.#lastText?.held
    if (held === undefined || (held.length === 0 && !begins)) return this.#emit(event)
    held.push(event)
    return held.length > maxHeldEvents ? this.#release() : ''
  }

  /** The text is not the last, or its closing has been put in: what was held goes out, and says what was sent. */
  #release(): string {
    const held = this.#lastText?.held ?? []
    this.#lastText = undefined
    return held.map(event => this.#emit(event)).join('')
  }

  #emit(event: NamedEvent, edits: readonly Edit[] = this.#editsOf(event)): string {
    return withEdits(event, [...edits, ...this.#numberEdits(event)])
  }

  #editsOf({ type, json, value }: NamedEvent): Edit[] {
    const place = placeOf(value)
    switch (type) {
      case 'response.output_text.done':
        return this.#texts.partEdits(json, [], { ...value, type: 'output_text' }, place)
      case 'response.output_text.annotation.added':
        return this.#texts.annotationEdits(json, ['annotation'], value.annotation, place)
      case 'response.content_part.done':
        return this.#texts.partEdits(json, ['part'], value.part, place)
      case 'response.output_item.done':
        return this.#texts.itemEdits(json, ['item'], value.item, place.item)
      default:
        return this.#texts.responseEdits(json, ['response'], value.response)
    }
  }

  #numberEdits(event: NamedEvent): Edit[] {
    const number = this.#number(event)
    return this.#added === 0 ? [] : replace(event.json, ['sequence_number'], number)
  }

  /** The number that an event has now, if it has one. */
  #number({ value }: NamedEvent): number | undefined {
    if (typeof value.sequence_number !== 'number') return undefined
    const number = value.sequence_number + this.#added
    this.#sequence = number + 1
    return number
  }
}

function placeOf({ output_index, content_index }: Fields): TextPlace {
  return { item: numberOr(output_index, 0), part: numberOr(content_index, 0) }
}

/** The texts of a message that are not empty. */
function outputTexts(message: unknown): { readonly part: number; readonly value: unknown }[] {
  const content: readonly unknown[] =
    isRecord(message) && Array.isArray(message.content) ? message.content : []
  return content.flatMap((value, part) =>
    isRecord(value) && value.type === 'output_text' && value.text !== '' ? [{ part, value: value.text }] : [],
  )
}

function memberAt(end: number, member: string, object: object): Edit {
  return { start: end, end, text: Object.keys(object).length === 0 ? member : `,${member}` }
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}

function errorOf({ code, message, param }: Fields): Fields {
  return {
    type: 'server_error',
    code: code ?? null,
    message: message ?? 'The provider failed',
    param: param ?? null,
  }
}
