/** The texts of one response of OpenAI's Responses API, each under its place in the output, and how what repeats them is kept true. */
import type { AnswerSeal } from '../sealing/answer-seal.ts'
import { type Edit, locateJson } from './locate-json.ts'
import { markLogprobs } from './marked-logprobs.ts'
import { MarkedText, type PositionUnit } from './marked-text.ts'
import { isRecord } from './named-event.ts'

/** A path inside JSON. */
export type Path = readonly (string | number)[]

/** Where a text stands: the item, and its part of the item's content. Ids are not asked: some proxies change them at every event. */
export interface TextPlace {
  readonly item: number
  readonly part: number
}

/** One text of a response. */
export class ResponseText extends MarkedText {
  /** What deltas said of its log-probabilities last. */
  logprobs: unknown
  /** Whether it came in deltas. */
  isStreamed = false
}

/** The texts so far. */
export class ResponseTexts {
  readonly #seal: AnswerSeal | undefined
  readonly #unit: PositionUnit
  readonly #texts = new Map<string, ResponseText>()
  /** Once the seal is closed, text passes as it is. */
  isClosed = false

  constructor(seal: AnswerSeal | undefined, unit: PositionUnit) {
    this.#seal = seal
    this.#unit = unit
  }

  /** Whether anything has been sealed. */
  get isEmpty(): boolean {
    return this.#texts.size === 0
  }

  at({ item, part }: TextPlace): ResponseText {
    const key = `${item} ${part}`
    const known = this.#texts.get(key)
    if (known !== undefined) return known
    const text = new ResponseText()
    this.#texts.set(key, text)
    return text
  }

  /** Seals a piece; returns it as it is sent, and the marks in it. */
  feed(text: ResponseText, piece: string): { sent: string; marks: MarkedText['marks'] | readonly [] } {
    const sent = this.#seal === undefined || this.isClosed || piece === '' ? piece : this.#seal.feed(piece)
    return { sent, marks: [...text.add(piece, sent)] }
  }

  /** The text that the whole of which is `value`; what no delta said of it is sealed now. `undefined` where the provider repeats something else. */
  whole(place: TextPlace, value: unknown): ResponseText | undefined {
    if (typeof value !== 'string') return undefined
    const text = this.at(place)
    if (value.length > text.given.length && value.startsWith(text.given)) {
      this.feed(text, value.slice(text.given.length))
    }
    return value === text.given ? text : undefined
  }

  /** The edits of an `output_text` at `path`: its text, log-probabilities and annotations. */
  partEdits(json: string, path: Path, part: unknown, place: TextPlace): Edit[] {
    if (!isRecord(part) || part.type !== 'output_text') return []
    const text = this.whole(place, part.text)
    if (text === undefined || text.sent === text.given) return []
    const annotations = Array.isArray(part.annotations) ? part.annotations : []
    return [
      ...replace(json, [...path, 'text'], text.sent),
      ...markLogprobs({ json, path: [...path, 'logprobs'], tokens: part.logprobs }, text.given, text.marks),
      ...annotations.flatMap((annotation: unknown, index) =>
        this.annotationEdits(json, [...path, 'annotations', index], annotation, place),
      ),
    ]
  }

  /** The edits of an item of the output. */
  itemEdits(json: string, path: Path, item: unknown, index: number): Edit[] {
    if (!isRecord(item) || item.type !== 'message' || !Array.isArray(item.content)) return []
    return item.content.flatMap((part: unknown, at) =>
      this.partEdits(json, [...path, 'content', at], part, { item: index, part: at }),
    )
  }

  /** The edits of a whole response. */
  responseEdits(json: string, path: Path, response: unknown): Edit[] {
    if (!isRecord(response) || !Array.isArray(response.output)) return []
    return response.output.flatMap((item: unknown, index) =>
      this.itemEdits(json, [...path, 'output', index], item, index),
    )
  }

  /** The edits of an annotation: `start_index` and `end_index`, and the `index` of a cited file, which is where it is cited. */
  annotationEdits(json: string, path: Path, annotation: unknown, place: TextPlace): Edit[] {
    if (!isRecord(annotation)) return []
    const text = this.at(place)
    const { type, start_index: start, end_index: end, index } = annotation
    const from = typeof start === 'number' ? text.startIn(start, this.#unit) : undefined
    const to = typeof end === 'number' ? text.endIn(end, this.#unit) : undefined
    const cited =
      type === 'file_citation' && typeof index === 'number' ? text.endIn(index, this.#unit) : undefined
    return [
      ...replace(json, [...path, 'start_index'], from === start ? undefined : from),
      // What is empty stays empty.
      ...replace(json, [...path, 'end_index'], to === end ? undefined : Math.max(to ?? 0, from ?? 0)),
      ...replace(json, [...path, 'index'], cited === index ? undefined : cited),
    ]
  }
}

/** The edit that puts `value` at `path`; none where it is `undefined` or there is no such place. */
export function replace(json: string, path: Path, value: unknown): Edit[] {
  const span = value === undefined ? undefined : locateJson(json, path)
  return span === undefined ? [] : [{ ...span, text: JSON.stringify(value) }]
}
