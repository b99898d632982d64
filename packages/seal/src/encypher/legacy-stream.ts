/** A stream of chunks as Encypher 1.0 and 1.1 process it, faults and all, but for one: what is given is never changed. */
import { type Path, withText } from './chunks/reading.ts'
import { embedEvery } from './embed.ts'
import type { HandlerConfig } from './handler-config.ts'
import { isBlank } from './python-text.ts'
import { isPlaced } from './targets.ts'

type Dict = Readonly<Record<string, unknown>>

/** The machine behind `compat`. */
export class LegacyStream {
  /** True from the first chunk that is not blank, even where nothing was embedded in it (fault 1). */
  hasEncoded = false
  /** Whether a block is in the text, which 1.x does not know. */
  isMarked = false
  readonly #config: HandlerConfig

  constructor(config: HandlerConfig) {
    this.#config = config
  }

  /** Every chunk by itself: the block after each of its places. */
  text(chunk: string): string {
    if (isBlank(chunk)) return chunk
    if (this.#config.encodeFirstChunkOnly && this.hasEncoded) return chunk
    this.hasEncoded = true
    const { block, compat } = this.#config
    if (!isPlaced(block.target)) return chunk
    const marked = embedEvery(chunk, block, compat)
    this.isMarked ||= marked.length > chunk.length
    return marked
  }

  /** OpenAI's chat and completion chunks and Anthropic's older completions; everything else passes (fault 9). */
  chunk<T>(chunk: T): T {
    let copy = chunk
    for (const { path, text } of places(chunk)) {
      const marked = this.text(text)
      if (marked !== text) copy = withText(copy, path, marked)
    }
    return copy
  }
}

function places(chunk: unknown): { path: Path; text: string }[] {
  if (!isDict(chunk)) return []
  if (Array.isArray(chunk.choices)) return chunk.choices.flatMap((choice, i) => choicePlaces(choice, i))
  return typeof chunk.completion === 'string' ? [{ path: ['completion'], text: chunk.completion }] : []
}

function choicePlaces(choice: unknown, index: number): { path: Path; text: string }[] {
  if (!isDict(choice)) return []
  const content = isDict(choice.delta) ? choice.delta.content : undefined
  if (typeof content === 'string' && content !== '') {
    return [{ path: ['choices', index, 'delta', 'content'], text: content }]
  }
  return typeof choice.text === 'string' ? [{ path: ['choices', index, 'text'], text: choice.text }] : []
}

/** Python's `isinstance(chunk, dict)`: an SDK's object is none. */
function isDict(value: unknown): value is Dict {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
